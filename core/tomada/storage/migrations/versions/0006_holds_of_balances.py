"""Holds are found by what they are of; a balance that a repeated SKU freezes has a hold of its own kind (P4)."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index("ix_hold_of_order", "hold", ["store_id", "code", "remote_id"])
    op.create_index("ix_hold_of_item", "hold", ["store_id", "code", "key"])
    op.execute("UPDATE hold SET code = 'stock_duplicate' WHERE code = 'product_duplicate' AND rule = 'P4'")
