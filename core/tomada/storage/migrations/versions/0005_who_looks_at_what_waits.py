"""Holds have somebody who looks after them, rest until a time, and say who answered; orders know their deadline."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("hold", sa.Column("settled_by", sa.String(), nullable=True))
    op.add_column("hold", sa.Column("settled_at", sa.DateTime(), nullable=True))
    op.add_column("hold", sa.Column("assignee", sa.String(), nullable=True))
    op.add_column("hold", sa.Column("snoozed_until", sa.DateTime(), nullable=True))
    op.add_column("orders", sa.Column("dispatch_by", sa.DateTime(), nullable=True))
