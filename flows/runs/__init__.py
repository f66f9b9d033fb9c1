"""One run, from its request to its judgement; recovery; and the runs that bring the past."""
