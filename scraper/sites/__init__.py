"""Sites are data: each has a TOML file of about ten lines. The file's name is the site's id."""

from scraper.sites.site import Fetch, Site, SiteError, Sites, Status, by_netloc, load_sites, owner, read_site

__all__ = ["Fetch", "Site", "SiteError", "Sites", "Status", "by_netloc", "load_sites", "owner", "read_site"]
