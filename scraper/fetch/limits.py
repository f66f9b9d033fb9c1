"""Limits of an answer. They hold when it is fetched, and when captures of it are read."""

MAX_HEADERS = 256 * 1024
"""The most bytes of an answer before its body. Servers send some thousand."""

MAX_ENCODINGS = 3
"""The most encodings on top of each other in one body. A server uses one, and a proxy may add another."""
