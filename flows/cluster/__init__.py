"""One night on many machines: one leader that plans and stores, workers that crawl, and a storage between them."""
