"""The data folder: its files, its settings, its captures."""
