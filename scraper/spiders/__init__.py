"""The crawler of all sites: it reads list pages, feeds and sitemaps, and fetches the articles that they show."""
