"""Two runs of one bot, order by order: what `fathom compare` is made of."""
