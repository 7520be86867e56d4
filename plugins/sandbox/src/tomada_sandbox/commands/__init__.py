"""``tomada sandbox``: run the sandbox, drive it and look into it."""
