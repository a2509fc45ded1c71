"""A bot over recorded markets: what is stepped over, what comes of it, and how it is told."""
