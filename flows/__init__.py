"""The half of tinkhoi that runs: flows, the plain functions that they call, and the command."""
