"""Balances are planned a page at a time: what orders moved is found by product."""

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
