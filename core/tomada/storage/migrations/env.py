"""Alembic's entry: runs the scripts on the connection that ``tomada.storage.migrate`` hands over."""

from alembic import context

from tomada.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
context.run_migrations()
