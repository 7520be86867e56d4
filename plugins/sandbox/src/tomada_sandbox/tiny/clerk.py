"""What a person does on the account's screens, for tests and the demo."""

from tomada_sandbox.tiny import clerk_invoices, clerk_orders, clerk_products, clerk_stock, price_lists
from tomada_sandbox.tiny.clerk_support import Action, OnAccount
from tomada_sandbox.tiny.envelope import RefusedError
from tomada_sandbox.tiny.people import Contact
from tomada_sandbox.tiny.state import Account, ShippingForm
from tomada_sandbox.world import World


def act(world: World, account: Account, action: Action) -> dict[str, object]:
    """Do ``action["action"]`` and say what came of it.

    An order is named by its id or number in ``order`` or by its number in ``ecommerce``, a product by ``sku`` or its
    id in ``product``, an invoice by its id in ``invoice`` or by its order.

    On orders: ``set_status`` (``status``: code or label), ``approve``, ``prepare``, ``make_ready``, ``ship``
    (``code``, ``url``, ``carrier``, ``service``), ``deliver``, ``fail_delivery``, ``cancel``, ``sell`` (``sku``,
    ``quantity``), ``set_tracking`` (``code``, ``url``), ``edit_items`` (``quantities``: SKU → pieces),
    ``edit_note`` (``note``: the internal one), ``add_marker`` and ``remove_marker`` (``marker``), ``post_stock``,
    ``unpost_stock``, ``attach_invoice`` (``invoice``: an id without
    a note).
    On invoices: ``invoice`` (``until``: authorised, pending, sent, rejected, denied), ``authorise_invoice``,
    ``reject_invoice``, ``print_invoice``, ``cancel_invoice``, ``edit_invoice`` (``purpose``, ``cfop``, ``key``),
    ``replace_invoice``, ``return_invoice``.
    On stock: ``count_stock`` (``stock``), ``move_stock`` (``way``: in, out; ``quantity``), each with ``deposit`` and
    ``note``; ``transfer_stock`` (``source``, ``target``, ``quantity``), ``reserve_stock`` (``quantity``),
    ``add_deposit`` (``name``, ``disregard``).
    On products: ``add_products`` (``products``: rows of ``seed.add_products``), ``edit_product``,
    ``deactivate_product``, ``activate_product``, ``delete_product``, ``set_price_list`` (``name``, ``percent``,
    ``exceptions``: rows of ``sku``, ``price`` and ``promotional_price``).
    On the account: ``add_contact`` (``fields``), ``add_shipping`` (``name``, ``code``, ``logistics``: its number of
    B9), ``configure`` (any of ``Switches``).
    Raises ``ValueError`` or ``LookupError``.
    """
    name = action.get("action")
    if name not in _ACTIONS:
        raise ValueError(f"unknown action {name!r}; known: {', '.join(map(str, _ACTIONS))}")
    try:
        return _ACTIONS[name](world, account, action)
    except RefusedError as error:  # what the screen would say
        raise ValueError(error.text) from None


def _add_contact(world: World, account: Account, action: Action) -> dict[str, object]:
    now = world.stamp(account)
    fields = {str(key): str(value) for key, value in action["fields"].items()}
    return {"contact": account.store_contact(Contact(account.new_id(), fields, now, now)).id}


def _add_shipping(world: World, account: Account, action: Action) -> dict[str, object]:
    form = ShippingForm(account.new_id(), str(action["name"]), str(action["code"]), int(action["logistics"]))
    account.shipping_forms.append(form)
    return {"shipping": form.id}


def _configure(world: World, account: Account, action: Action) -> dict[str, object]:
    account.switches.change({key: value for key, value in action.items() if key != "action"})
    return {"switches": dict(vars(account.switches))}


_ACTIONS: dict[object, OnAccount] = {
    **clerk_orders.ACTIONS,
    **clerk_invoices.ACTIONS,
    **clerk_stock.ACTIONS,
    **clerk_products.ACTIONS,
    **price_lists.ACTIONS,
    "add_contact": _add_contact,
    "add_shipping": _add_shipping,
    "configure": _configure,
}
