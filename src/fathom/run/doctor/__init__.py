"""`fathom doctor`: what is wrong, and what to do. One file for each group of checks; `doctor` runs them all."""
