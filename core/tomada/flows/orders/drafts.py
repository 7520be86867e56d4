"""From an order and what was resolved to the draft of an ERP order."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from tomada.domain.customer import Address, CustomerKind
from tomada.domain.erp import ErpInstalment, ErpItem, ErpOrderDraft, ErpTerms
from tomada.domain.order import Order
from tomada.domain.status import ErpStatus
from tomada.flows.context import FlowContext
from tomada.flows.mapping.channels import options_of
from tomada.flows.mapping.defaults import LEAVE, SEVERAL_PAYMENTS
from tomada.flows.mapping.mappings import parse_payment, parse_shipping
from tomada.flows.orders.booking import Booking, schedule
from tomada.flows.orders.buyer import buyer_of
from tomada.flows.orders.resolve import Resolved
from tomada.ports.options import ErpOrderOptions, FreightPayer
from tomada.ports.records import OrderRecord

# The ERP's dates are São Paulo local; UTC would move late orders to the next day (integration-behaviour.md 4.3).
ERP_ZONE = ZoneInfo("America/Sao_Paulo")


def mark_of(label: str, remote_id: str) -> str:
    """The second witness of O1, written into the ERP order's internal note."""
    return f"tomada:{label}:{remote_id}"


def placed_on(order: Order) -> date:
    """The day the order was placed, as the ERP counts days."""
    return order.placed_at.astimezone(ERP_ZONE).date()


def draft_of(
    ctx: FlowContext, record: OrderRecord, order: Order, found: Resolved, booking: Booking
) -> ErpOrderDraft:
    """Make the draft; every mapping and link of the order must be there."""
    status = found.mappings.status(order.status, record.override)
    shipping = order.shipping and found.mappings.shipping(
        order.shipping.code, order.shipping.label, record.override
    )
    channel = found.mappings.channel(order.channel, record.override)
    customer, code = buyer_of(record, order, ctx.store.label)
    day = placed_on(order)
    forms = [
        parse_payment(found.mappings.payment(payment.code, payment.label, record.override) or LEAVE)
        for payment in order.payments
    ]
    form, means = _form_of(forms)
    return ErpOrderDraft(
        mark=ctx.store.label,
        ecommerce_number=order.remote_id,
        channel="" if channel in (None, LEAVE) else channel,
        placed_on=day,
        status=ErpStatus.OPEN if status in (None, LEAVE) else ErpStatus(status),
        customer=customer,
        customer_code=code,
        update_customer=ctx.store.options.customers.update,
        delivery=_delivery(order),
        items=tuple(
            ErpItem(
                product_id=found.links[item.product_id, item.variant_id].erp_product_id,
                sku=found.links[item.product_id, item.variant_id].erp_sku,
                name=item.name,
                unit=item.unit,
                quantity=item.quantity,
                unit_price=item.unit_price,
            )
            for item in order.items
        ),
        freight=booking.freight,
        discount=booking.discount,
        other_expenses=booking.other_expenses,
        total=booking.total,
        shipping=parse_shipping(shipping) if shipping else None,
        payment_form=form,
        payment_means=means,
        instalments=_instalments(order, schedule(order, booking.total, day), forms),
        intermediary=order.channel.intermediary,
        note=order.notes,
        internal_note=mark_of(ctx.store.label, order.remote_id),
        terms=_terms(ctx.store.options.erp, options_of(ctx.store, order.channel).warehouse),
    )


def _form_of(forms: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return form and means of payment of the whole order; nothing unless all of its payments are known."""
    distinct = set(forms)
    if not all(form for form, _means in distinct):
        return "", ""
    return distinct.pop() if len(distinct) == 1 else (SEVERAL_PAYMENTS, "") if distinct else ("", "")


def _instalments(
    order: Order, parts: Sequence[ErpInstalment], forms: Sequence[tuple[str, str]]
) -> tuple[ErpInstalment, ...]:
    """Say of each instalment how it is paid, as far as it is known which payment it belongs to."""
    paid = [
        form for payment, form in zip(order.payments, forms, strict=True) for _ in range(payment.instalments)
    ]
    if len(set(forms)) == 1:
        paid = [forms[0]] * len(parts)
    if len(paid) != len(parts):
        return tuple(parts)
    return tuple(
        part.model_copy(update={"form": form, "means": means})
        for part, (form, means) in zip(parts, paid, strict=True)
    )


def _terms(chosen: ErpOrderOptions, warehouse: str) -> ErpTerms:
    """``warehouse``: that of the order's channel, empty for none of its own."""
    payer = chosen.freight_payer
    return ErpTerms(
        warehouse=warehouse.strip() or chosen.warehouse.strip(),
        price_list=str(chosen.price_list or ""),
        seller=chosen.seller.strip(),
        operation=chosen.operation.strip(),
        ecommerce_id=str(chosen.ecommerce_id or ""),
        freight_payer="" if payer is FreightPayer.BY_ORDER else payer.value,
    )


def _delivery(order: Order) -> Address | None:
    """The delivery address where it differs from the registered one (C3)."""
    if order.delivery is None:
        return None
    registered = order.customer.address
    same = (
        order.delivery.model_copy(update={"recipient": registered.recipient, "phone": registered.phone})
        == registered
    )
    own_name = order.delivery.recipient in ("", registered.recipient, order.customer.name)
    return None if same and own_name else order.delivery


def is_company(draft: ErpOrderDraft) -> bool:
    """Tell whether the buyer is a company, whose legal name may not be cut (C3)."""
    return draft.customer.kind is CustomerKind.COMPANY
