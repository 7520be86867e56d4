"""``tomada links``: which ERP product a store's product is."""

from pathlib import Path

import click

from tomada.app import links as app
from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import confirmed, json_option, note, print_json, say, table, yes_option
from tomada.cli.progress import progress
from tomada.errors import UsageError
from tomada.i18n import N_, _
from tomada.ports.records import LinkRecord

HOW = {
    "sku": N_("by SKU"),
    "person": N_("person"),
    "sent": N_("sent by us"),
    "parent": N_("bears linked variations"),
}
DOUBTS = {
    "no_sku": N_("it has no SKU"),
    "not_found": N_("no active ERP product has its SKU"),
    "variations": N_("the ERP product with its SKU has variations"),
    "several": N_("several ERP products have its SKU"),
    "repeated": N_("several products of the store have its SKU"),
    "taken": N_("the ERP product is linked to another one"),
}


@click.group(help=N_("Say which ERP product a store's product is."))
def links() -> None:
    """Group the commands."""


@links.command("list", help=N_("List the links of a store."))
@click.argument("store")
@json_option
@pass_frame
def list_(frame: Frame, store: str, as_json: bool) -> None:
    """Print the links."""
    with opened(frame.home) as installation:
        found = app.links(installation, store)
    if as_json:
        print_json({"links": [_entry(link) for link in found]})
        return
    rows = [
        (
            app.key_of(link.product_id, link.variant_id),
            link.sku,
            link.erp_product_id,
            link.erp_sku,
            _(HOW[link.how]),
        )
        for link in found
    ]
    heads = [_("Product"), _("SKU"), _("ERP product"), _("SKU in the ERP"), _("Linked")]
    table(heads, rows, _("Nothing is linked yet; products are linked by SKU as orders come."))
    if not rows:
        say(_("To link the whole catalogue now: {command}").format(command=f"tomada links match {store}"))


@links.command(
    "set", help=N_("Link a store's product (PRODUCT or PRODUCT/VARIANT) to an ERP product by its id.")
)
@click.argument("store")
@click.argument("product")
@click.argument("erp_product")
@json_option
@pass_frame
def set_(frame: Frame, store: str, product: str, erp_product: str, as_json: bool) -> None:
    """Link one product."""
    with opened(frame.home) as installation:
        done = app.link(installation, store, product, erp_product)
    if as_json:
        print_json({"link": _entry(done.link), "freed": done.freed})
        return
    say(
        _("{product} is the ERP product {erp} (SKU {sku}).").format(
            product=product, erp=done.link.erp_product_id, sku=done.link.erp_sku
        )
    )
    if done.freed:
        say(_("Orders that go on with the next sync: {orders}.").format(orders=done.freed))


@links.command("remove", help=N_("Remove a link; the SKU is looked for again with the next order."))
@click.argument("store")
@click.argument("product")
@json_option
@pass_frame
def remove(frame: Frame, store: str, product: str, as_json: bool) -> None:
    """Remove one link."""
    with opened(frame.home) as installation:
        app.unlink(installation, store, product)
    if as_json:
        print_json({"removed": product})
    else:
        say(_("{product} is not linked any more.").format(product=product))


@links.command("match", help=N_("Read both catalogues and link every SKU that leaves no doubt."))
@click.argument("store")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=N_("Write the doubts as CSV, to be answered in a spreadsheet and imported."),
)
@json_option
@pass_frame
def match(frame: Frame, store: str, output: Path | None, as_json: bool) -> None:
    """Link what is beyond doubt and list the rest with suggestions."""
    from tomada.app.link_files import write_doubts
    from tomada.app.linking import match_links

    with opened(frame.home) as installation, progress() as listener:
        found = match_links(installation, store, listener)
    if output:
        write_doubts(found, output)
    if as_json:
        doubts = [
            {
                "product": doubt.listing.product_id,
                "variant": doubt.listing.variant_id,
                "sku": doubt.listing.sku,
                "why": doubt.why,
                "suggestions": [
                    {"erp_product": one[0], "sku": one[1], "name": one[2], "how": one[3]}
                    for one in doubt.suggestions
                ],
            }
            for doubt in found.doubts
        ]
        linked = [_entry(link) for link in found.linked]
        counts = {"listings": found.listings, "linked_before": found.linked_before, "linked": len(linked)}
        print_json({"whole": found.whole, **counts, "links": linked, "doubts": doubts})
        return
    rows = [
        (
            app.key_of(doubt.listing.product_id, doubt.listing.variant_id),
            doubt.listing.sku,
            doubt.listing.name,
            _(DOUBTS[doubt.why]),
            ", ".join(f"{one[0]} ({one[1]})" for one in doubt.suggestions),
        )
        for doubt in found.doubts
    ]
    if output:
        say(_("The doubts are in {path}; give each its erp_product there, and then:").format(path=output))
        say(f"tomada links import {store} {output}")
    elif rows:
        table([_("Product"), _("SKU"), _("Name"), _("Not linked because"), _("It may be")], rows)
        say(
            _("To link one yourself: {command}").format(
                command=f"tomada links set {store} PRODUCT ERP_PRODUCT"
            )
        )
    say(
        _("{linked} linked now, {before} before; {doubts} in doubt of {listings}.").format(
            linked=len(found.linked),
            before=found.linked_before,
            doubts=len(found.doubts),
            listings=found.listings,
        )
    )
    if not found.whole:
        say(
            _(
                "{store} does not list what it sells: it was asked for each SKU of the ERP, and what has none of them "
                "is not shown."
            ).format(store=store)
        )


@links.command("export", help=N_("Write the links of a store as CSV, to be edited and imported."))
@click.argument("store")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help=N_("The file."),
)
@json_option
@pass_frame
def export(frame: Frame, store: str, output: Path, as_json: bool) -> None:
    """Write the links."""
    from tomada.app.link_files import export_links

    with opened(frame.home) as installation:
        count = export_links(installation, store, output)
    if as_json:
        print_json({"path": output, "links": count})
    else:
        say(_("{count} links are in {path}.").format(count=count, path=output))


@links.command(
    "import", help=N_("Set the links of a CSV file that was exported or written by match, after a yes.")
)
@click.argument("store")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@yes_option
@json_option
@pass_frame
def import_(frame: Frame, store: str, path: Path, yes: bool, as_json: bool) -> None:
    """Check the whole file, show what it would change, and set it."""
    from tomada.app.link_files import LinkPlan, import_links

    def confirm(plan: LinkPlan) -> bool:
        for one in plan.changed:
            key = app.key_of(one.product_id, one.variant_id)
            note(_("{key} is led to the ERP product {erp}.").format(key=key, erp=one.erp_product_id))
        question = _("Set {new} new links and change {changed}?")
        return confirmed(question.format(new=len(plan.new), changed=len(plan.changed)), yes)

    with opened(frame.home) as installation:
        done = import_links(installation, store, path, confirm)
    if done is None:
        raise UsageError("links.declined", _("No link was set."))
    if as_json:
        counts = {"unchanged": done.unchanged, "blank": done.blank, "freed": done.freed}
        print_json({"new": list(map(_entry, done.new)), "changed": list(map(_entry, done.changed)), **counts})
        return
    say(
        _(
            "{new} linked, {changed} changed, {unchanged} as they were; {blank} lines without an answer."
        ).format(new=len(done.new), changed=len(done.changed), unchanged=done.unchanged, blank=done.blank)
    )
    if done.freed:
        say(_("Orders that go on with the next sync: {orders}.").format(orders=done.freed))


def _entry(link: LinkRecord) -> dict[str, object]:
    return {
        "product": link.product_id,
        "variant": link.variant_id,
        "sku": link.sku,
        "erp_product": link.erp_product_id,
        "erp_sku": link.erp_sku,
        "how": link.how,
        "made_at": link.made_at,
    }
