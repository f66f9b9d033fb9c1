"""What leaves the archive: exports, corpora, the demo."""
