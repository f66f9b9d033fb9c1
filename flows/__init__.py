"""tinkhoi, the running half: flows over plain functions, and the command."""
