"""Lines keep the ERP's product, what moved is found by indexes, and unreadable balances are remembered."""

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
    op.add_column("ledger", sa.Column("erp_product_id", sa.String(), nullable=True))
    op.create_index("ix_ledger_ended", "ledger", ["store_id", "ended_at"], unique=False)
    may_return = sa.text("ended_at IS NOT NULL AND posted_at IS NULL AND state != 'released'")
    op.create_index(
        "ix_ledger_may_return",
        "ledger",
        ["store_id"],
        unique=False,
        sqlite_where=may_return,
        postgresql_where=may_return,
    )
    op.create_index("ix_erp_news_seen", "erp_news", ["seen_at"], unique=False)
    op.create_index("ix_store_erp", "store", ["erp_id"], unique=False)
    op.create_index("ix_stock_sku", "stock", ["erp_id", "sku"], unique=False)
    op.create_table(
        "unreadable_stock",
        sa.Column("erp_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["erp_id"], ["erp.id"]),
        sa.PrimaryKeyConstraint("erp_id", "product_id"),
    )
