"""What keeps an order or an item from going on: the problem, the hold that tells it, and the answer that ends it."""
