"""What orders moved is found by product, and balances that cannot be read are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.drop_index("ix_ledger_changed", "ledger")
    op.create_index(
        "ix_ledger_product", "ledger", ["store_id", "product_id", "variant_id", "changed_at"], unique=False
    )
    op.create_index("ix_stock_sku", "stock", ["erp_id", "sku"], unique=False)
    op.create_table(
        "unreadable_stock",
        sa.Column("erp_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["erp_id"], ["erp.id"]),
        sa.PrimaryKeyConstraint("erp_id", "product_id"),
    )
