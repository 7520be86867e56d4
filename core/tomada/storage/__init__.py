"""The storage: SQLModel tables behind typed repositories, on SQLite or PostgreSQL.

``open_database`` gives a ``Database`` of ``tomada.ports.storage``; everything in it that is secret or personal is
encrypted, everything that must be found again by person is a keyed hash.
"""
