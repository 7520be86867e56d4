"""What the ERP's products are made of, and whether they are sold (S5, P4); orders that are created anew (O6)."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "makeup",
        sa.Column("erp_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("components", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["erp_id"], ["erp.id"]),
        sa.PrimaryKeyConstraint("erp_id", "product_id"),
    )
    of_kits = sa.text("components != '{}'")
    op.create_index(
        "ix_makeup_kit", "makeup", ["erp_id", "product_id"], sqlite_where=of_kits, postgresql_where=of_kits
    )
    op.create_index("ix_makeup_read", "makeup", ["erp_id", "read_at"])
    op.add_column("orders", sa.Column("recreating_since", sa.DateTime(), nullable=True))
