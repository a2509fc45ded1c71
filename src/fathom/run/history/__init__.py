"""`fathom data`: recordings become columns, columns are asked, and other people's columns come in."""
