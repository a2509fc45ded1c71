"""`fathom record` and `fathom verify`: frames to disk, and their books built again."""
