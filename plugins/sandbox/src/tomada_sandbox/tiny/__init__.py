"""A Tiny account as its API 2.0 shows it."""
