"""The way out to the remotes: one client with deadline, quota, retry, limits and redaction in it.

Import the modules themselves; nothing of the core imports this package at start-up, as httpx costs 0.2 s.
"""
