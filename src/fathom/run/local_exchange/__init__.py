"""`fathom exchange`: a Kraken on this machine, served."""
