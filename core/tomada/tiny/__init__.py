"""Driver of the Tiny APIs (section numbers are those of tiny-api.md).

Import the modules themselves, as httpx costs 0.2 s.
"""
