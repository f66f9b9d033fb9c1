"""What Scrapy lacks for a crawl that may be left alone: manners, a guard of addresses, memory of other nights."""
