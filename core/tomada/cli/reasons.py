"""Short words for what runs did, where orders stand and why; the sentence of one order has its details."""

from collections.abc import Mapping

from tomada.i18n import N_, _
from tomada.ports.records import OrderState

STATES = {
    OrderState.NEW: N_("new"),
    OrderState.HELD: N_("held"),
    OrderState.WAITING: N_("waiting"),
    OrderState.MANUAL: N_("not imported by itself"),
    OrderState.IGNORED: N_("not imported"),
    OrderState.CREATED: N_("created"),
}

REASONS = {
    "unmapped": N_("a code of the store is not mapped"),
    "marketplace": N_("the ERP may have its orders from the marketplace, too"),
    "unlinked": N_("a product is not linked"),
    "document": N_("the buyer's document is not valid"),
    "customer_several": N_("several contacts of the ERP have the buyer's document"),
    "legal_name": N_("the company's name is too long for the ERP"),
    "money": N_("the order's terms do not add up to its total"),
    "duplicate": N_("the ERP may have the order already"),
    "changed": N_("changed in the store after import"),
    "split": N_("split off an order whose pieces the ERP may have already"),
    "cancel_posted": N_("cancelled in the store after its stock was posted, or may have been"),
    "cancel_invoiced": N_("cancelled in the store after it was invoiced"),
    "erp_cancelled": N_("cancelled in the ERP, but not in the store"),
    "erp_missing": N_("gone from the ERP"),
    "erp_status_unknown": N_("an unknown status in the ERP"),
    "erp_refused": N_("refused by the ERP"),
    "invoice_cancelled": N_("its invoice was cancelled after the store had heard of it"),
    "invoice_damaged": N_("its invoice is authorised, but cannot be read"),
    "invoice_unclear": N_("its invoice may not be the one of the sale"),
    "link_first": N_("the store has the SKU or GTIN already"),
    "product_duplicate": N_("several ERP products have the SKU"),
    "stock_duplicate": N_("several ERP products have the SKU of a balance"),
    "stock_unreadable": N_("the ERP's balance cannot be read"),
    "status_refused": N_("a status that the ERP refused"),
    "damaged": N_("could not be read"),
    "before_since": N_("placed before the store was activated"),
    "cancelled_before_import": N_("cancelled before import"),
    "no_items": N_("no items"),
    "channel_ignored": N_("orders of this channel are not imported"),
    "dropped": N_("a person chose not to import it"),
    "unpaid": N_("not paid yet"),
    "unpaid_for_now": N_("not paid yet; enters later"),
    "manual": N_("waits for `tomada orders import`"),
    "unanswered": N_("the ERP did not answer; it is looked for"),
}

COUNTS = {
    "seen": N_("new or changed in the store: {n}"),
    "created": N_("created in the ERP: {n}"),
    "payments_differ": N_("of them with payments that differ from the total: {n}"),
    "texts_cut": N_("of them with texts that were cut for the ERP: {n}"),
    "adopted": N_("found in the ERP already: {n}"),
    "status_set": N_("statuses set in the ERP: {n}"),
    "newly_held": N_("newly held: {n}"),
    "released": N_("no longer held: {n}"),
    "rejected": N_("could not be read or were refused: {n}"),
    "confirmed": N_("confirmed to the store: {n}"),
    "retry": N_("failed for now: {n}"),
    "sent": N_("sent to the store: {n}"),
    "linked": N_("linked: {n}"),
    "without_price": N_("without a price in the ERP: {n}"),
    "no_answer": N_("sent without an answer, looked at again later: {n}"),
    "rejected_before": N_("refused before, not sent again as they are: {n}"),
    "submitted": N_("handed over, the store answers later: {n}"),
    "unconfirmed": N_("balances that wait for your yes (tomada sync STORE stock --yes): {n}"),
    "erp_orders_changed": N_("our orders that changed in the ERP: {n}"),
    "erp_balances_changed": N_("balances that changed in the ERP: {n}"),
    "erp_balances_read": N_("balances read one by one: {n}"),
    "erp_balances_unreadable": N_("balances that could not be read and stay as they were: {n}"),
}


def counts_told(counts: Mapping[str, int]) -> str:
    """Return what a run did, as people read it; empty when it did nothing."""
    return ", ".join(_(text).format(n=counts[word]) for word, text in COUNTS.items() if counts.get(word))


def summary_of(reason: str) -> str:
    """Return the reason in a few words of the user's language."""
    return _(REASONS[reason])
