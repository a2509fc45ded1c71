"""`fathom order`: one request each, from the words of a command line to what became of it."""
