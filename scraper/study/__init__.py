"""Questions that look at many articles at once: words over time, words in context, and what words set apart."""
