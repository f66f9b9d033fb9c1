"""What Scrapy lacks for an unattended crawl: politeness, a guard of addresses, memory of earlier nights."""
