"""tinkhoi, understanding half and fetching half: from an address to an article."""
