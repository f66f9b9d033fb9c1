"""One run, from its request to its verdict; recovery; imports, backfill and reparse."""
