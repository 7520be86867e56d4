"""``tomada orders``: where orders stand, what became of their money, and their story."""

from datetime import datetime

import click

from tomada.app import orders as app
from tomada.app.opening import opened
from tomada.app.orders import ListedOrder, ShownOrder
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.order_requests import import_, retry
from tomada.cli.order_statuses import mark_delivered, set_status
from tomada.cli.output import fields, json_option, print_json, say, table
from tomada.cli.reasons import STATES
from tomada.cli.sending import STATES as SENT
from tomada.cli.story import actor_word, sentence_of, told
from tomada.flows.holds.reasons import kind_word
from tomada.i18n import N_, _
from tomada.ports.records import OrderState

TOLD = {
    "statuses": N_("status"),
    "deliveries": N_("delivered"),
    "tracking": N_("parcel"),
    "invoices": N_("invoice"),
}


@click.group(help=N_("Look at orders and their story."))
def orders() -> None:
    """Group the commands."""


@orders.command("list", help=N_("List orders, the newest first, of one store or of all."))
@click.argument("store", required=False)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in OrderState]),
    help=N_("Only in this state; may be repeated."),
)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help=N_("How many; 0: all."),
)
@json_option
@pass_frame
def list_(frame: Frame, store: str | None, states: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Print orders."""
    with opened(frame.home) as installation:
        found = app.orders(installation, store, [OrderState(state) for state in states], limit)
    if as_json:
        print_json({"orders": found})
        return
    heads = [_("Store"), _("Order"), _("Number"), _("Placed"), _("Total"), _("State"), _("ERP"), _("Why")]
    rows = [
        (
            one.store,
            one.order,
            one.number,
            one.placed_at,
            one.total,
            _(STATES[one.state]),
            one.erp_number,
            one.why,
        )
        for one in found
    ]
    table(heads, rows, _("There are no such orders."))


@orders.command(
    "show", help=N_("Show an order: its state, why, and each term of its money. ID: of store or ERP.")
)
@click.argument("store")
@click.argument("order", metavar="ID")
@json_option
@pass_frame
def show(frame: Frame, store: str, order: str, as_json: bool) -> None:
    """Print one order."""
    with opened(frame.home) as installation:
        found = app.order_of(installation, store, order)
    if as_json:
        print_json({"order": _entry(found)})
    else:
        _print(found)


@orders.command("trace", help=N_("Tell an order's story, the oldest first. ID: of store or ERP."))
@click.argument("store")
@click.argument("order", metavar="ID")
@json_option
@pass_frame
def trace(frame: Frame, store: str, order: str, as_json: bool) -> None:
    """Print what became of an order."""
    with opened(frame.home) as installation:
        listed, seen_at, story = app.story_of(installation, store, order)
    if as_json:
        steps = [
            {"at": one.at, "actor": one.actor, "event": one.event, "rule": one.rule, "details": one.details}
            for one in story
        ]
        print_json({"order": listed.order, "seen_at": seen_at, "story": steps})
        return
    lines: list[tuple[datetime, str, str, str]] = [(seen_at, "", "", _("last read from the store"))]
    lines += [(one.at, actor_word(one.actor), one.rule, sentence_of(one)) for one in told(story)]
    lines.sort(key=lambda line: line[0])
    table([_("When"), _("Who"), _("Rule"), _("What")], lines)


orders.add_command(set_status)
orders.add_command(mark_delivered)
orders.add_command(import_)
orders.add_command(retry)


def _print(found: ShownOrder) -> None:
    listed, order = found.listed, found.order
    customer = order.customer.name if order else ""
    fields(
        [
            (_("Store"), listed.store),
            (_("Order"), listed.order),
            (_("Number"), listed.number),
            (_("Placed"), listed.placed_at),
            (_("Customer"), customer),
            (_("State"), _(STATES[listed.state])),
            (_("Why"), listed.why),
            (_("Status in the store"), listed.status),
            (_("Split off order"), order.split_from if order else ""),
            (_("Split into"), ", ".join(order.split_into) if order else ""),
            (_("ERP order"), found.record.erp_number),
            (_("Status in the ERP"), found.record.erp_status),
        ]
    )
    for hold in found.holds:
        say(_("Held: {command}").format(command=f"tomada holds show {hold.id}"))
    if order:
        say("")
        rows = [(item.sku, item.name, item.quantity, item.unit_price) for item in order.items]
        table([_("SKU"), _("Item"), _("Quantity"), _("Price")], rows, _("It has no items."))
        say("")
        table([_("Term"), _("BRL"), _("In the ERP")], _money(found))
        if found.payments_differ:
            say(_("The payments differ from the total by {amount}.").format(amount=found.payments_differ))
        for warning in order.warnings:
            say(_("Noted when it was read: {warning}").format(warning=warning))
        for cut in found.cuts:
            say(
                _("Cut for the ERP: {field} to {kept} characters").format(field=cut.field, kept=cut.kept)
                if cut.kept
                else _("Left out, as it is too long for the ERP: {field}").format(field=cut.field)
            )
        say("")
        mapped = [(kind_word(kind), code, value) for kind, code, value in found.mappings]
        table([_("Kind"), _("Code"), _("In the ERP")], mapped)
    if found.told:
        say("")
        sent = [(_(TOLD[one.flow]), one.value, _(SENT[one.state]), one.at, one.why) for one in found.told]
        table([_("Told to the store"), _("Value"), _("Result"), _("When"), _("Why")], sent)


def _money(found: ShownOrder) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (_(term.name), term.amount, term.field or _("left out")) for term in found.terms
    ]
    rows.append((_("total"), found.listed.total, found.booking.total if found.booking else ""))
    return rows


def _entry(found: ShownOrder) -> dict[str, object]:
    order = found.order
    return {
        **{name: getattr(found.listed, name) for name in ListedOrder.__dataclass_fields__},
        "reason": found.record.reason or None,
        "erp_id": found.record.erp_id,
        "erp_status": found.record.erp_status,
        "customer": order.customer.name if order else None,
        "items": [
            {"sku": item.sku, "name": item.name, "quantity": item.quantity, "unit_price": item.unit_price}
            for item in (order.items if order else ())
        ],
        "money": {
            "terms": found.terms,
            "booking": found.booking,
            "difference": found.difference,
            "payments_differ": found.payments_differ,
        },
        "warnings": order.warnings if order else (),
        "cuts": found.cuts,
        "split_from": (order.split_from if order else "") or None,
        "split_into": order.split_into if order else (),
        "mappings": [{"kind": kind, "code": code, "value": value} for kind, code, value in found.mappings],
        "holds": [hold.id for hold in found.holds],
        "told": found.told,
    }
