"""``scrapy newsite`` and ``scrapy savefixture``: the verbs of those who add sites."""
