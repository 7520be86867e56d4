"""``tomada demo --olist DIR``: the real orders of Olist's public data set, read from where the user has them."""
