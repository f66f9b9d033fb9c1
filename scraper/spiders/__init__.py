"""The one crawler: list pages, feeds and sitemaps of every site, and the articles that they show."""
