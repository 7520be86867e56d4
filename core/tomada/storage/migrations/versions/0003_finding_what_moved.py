"""Notes that are not authorised yet are looked at ever less often."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("erp_news", sa.Column("invoice_look_at", sa.DateTime(), nullable=True))
