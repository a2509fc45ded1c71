"""Nothing here is for Python: other modules of the kernel call it."""
