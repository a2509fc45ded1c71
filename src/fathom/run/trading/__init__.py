"""A bot that runs: one driver, and a file each for what it does with the world outside."""
