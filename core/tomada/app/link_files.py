"""Links as CSV: out of a match or of what is linked, filled in by a person in a spreadsheet, and in again (P1).

A file has a first line with the names of ``COLUMNS``. Only the ids of both sides are read back, the rest is there for
the person's eyes: a spreadsheet may spoil a SKU such as 00123 without any harm.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from tomada.app.links import PARENT, key_of, parted, save, sku_of
from tomada.app.opening import store_named
from tomada.app.products import erp_product
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.products.linking import Match
from tomada.i18n import _
from tomada.ports.records import LinkRecord, StoreRecord

COLUMNS = ("product", "variant", "sku", "name", "erp_product", "erp_sku", "why", "suggestions")
NEEDED = ("product", "erp_product")
FEW = 20
"""Up to so many products are read from the ERP one by one; for more the whole list costs fewer requests."""
SHOWN = 10
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class LinkPlan:
    """What a file would do: links to make, links to lead elsewhere, how many stand already and lines without answer.

    ``freed``: how many orders went on, once it was done.
    """

    new: list[LinkRecord] = field(default_factory=list)
    changed: list[LinkRecord] = field(default_factory=list)
    unchanged: int = 0
    blank: int = 0
    freed: int = 0


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    product: str
    variant: str
    erp_product: str


def export_links(installation: Installation, store_name: str, path: Path) -> int:
    """Write a store's links as CSV and return how many; without those of products sold in variations only."""
    store = store_named(installation, store_name)
    with installation.database.read() as tx:
        records = [one for one in tx.links.all(store.id) if one.how != PARENT]
        names = {(one.product_id, one.variant_id): one.name for one in tx.listings.all(store.id)}
    records.sort(key=lambda one: (one.product_id, one.variant_id))
    rows = [
        (
            one.product_id,
            one.variant_id,
            one.sku,
            names.get((one.product_id, one.variant_id), ""),
            one.erp_product_id,
            one.erp_sku,
            one.how,
            "",
        )
        for one in records
    ]
    _write(path, rows)
    return len(rows)


def write_doubts(found: Match, path: Path) -> None:
    """Write a match's doubts as CSV, each with what it may be and an empty place for the answer."""
    rows = [
        (
            one.listing.product_id,
            one.listing.variant_id,
            one.listing.sku,
            one.listing.name,
            "",
            "",
            one.why,
            " | ".join(f"{id_} ({sku}, {name}, {how})" for id_, sku, name, how in one.suggestions),
        )
        for one in found.doubts
    ]
    _write(path, rows)


def import_links(
    installation: Installation, store_name: str, path: Path, confirm: Callable[[LinkPlan], bool]
) -> LinkPlan | None:
    """Set the links of a file, after ``confirm``; None when it said no.

    A line without an ERP product is left as it is. Raises ``UsageError`` that names the lines when any is wrong, and
    then nothing is changed.
    """
    store = store_named(installation, store_name)
    lines = _read(path)
    answered = [line for line in lines if line.erp_product]
    _refuse_twice(answered)
    with installation.database.read() as tx:
        known = {(one.product_id, one.variant_id): one for one in tx.links.all(store.id)}
        skus = {key: one.sku for key, one in known.items() if one.how != PARENT}
        skus |= {(one.product_id, one.variant_id): one.sku for one in tx.listings.all(store.id)}
    plan = LinkPlan(blank=len(lines) - len(answered))
    wanted: list[_Line] = []
    for line in answered:
        before = known.get((line.product, line.variant))
        if before and before.erp_product_id == line.erp_product:
            plan.unchanged += 1
        else:
            wanted.append(line)
    for line, made in _checked(installation, store, wanted, skus):
        before = known.get((line.product, line.variant))
        (plan.changed if before else plan.new).append(made)
    records = [*plan.new, *plan.changed]
    if records:
        if not confirm(plan):
            return None
        plan.freed = save(installation, records)
    return plan


def _checked(
    installation: Installation,
    store: StoreRecord,
    lines: Sequence[_Line],
    skus: dict[tuple[str, str], str],
) -> list[tuple[_Line, LinkRecord]]:
    """Return the links of the lines; raises ``UsageError`` when either side has not got what one names."""
    in_erp = _erp_skus(installation, store, {line.erp_product for line in lines})
    found: list[tuple[_Line, LinkRecord]] = []
    problems: list[tuple[int, str]] = []
    for line in lines:
        try:
            key = (line.product, line.variant)
            sku = skus[key] if key in skus else sku_of(installation, store, *key)
            if line.erp_product not in in_erp:
                in_erp[line.erp_product] = erp_product(installation, store.id, line.erp_product).sku
        except UsageError as error:
            problems.append((line.number, error.message))
            continue
        made = LinkRecord(
            store.id, *key, sku, line.erp_product, in_erp[line.erp_product], "person", installation.now()
        )
        found.append((line, made))
    if problems:
        raise _wrong(problems)
    return found


def _erp_skus(installation: Installation, store: StoreRecord, wanted: set[str]) -> dict[str, str]:
    """Return id → SKU of the ERP's products that can be linked; nothing for a few, which are asked one by one."""
    if len(wanted) <= FEW:
        return {}
    with installation.database.read() as tx:
        account = tx.erps.get(store.erp_id)
    with installation.erp(account) as erp:
        return {row.product_id: row.sku for row in erp.search_products() if row.active and not row.parent}


def _refuse_twice(lines: Iterable[_Line]) -> None:
    first: dict[tuple[str, str], _Line] = {}
    problems: list[tuple[int, str]] = []
    for line in lines:
        before = first.setdefault((line.product, line.variant), line)
        if before.erp_product != line.erp_product:
            told = _("the product {key} has another ERP product in line {line}.")
            key = key_of(line.product, line.variant)
            problems.append((line.number, told.format(key=key, line=before.number)))
    if problems:
        raise _wrong(problems)


def _wrong(problems: Sequence[tuple[int, str]]) -> UsageError:
    shown = " ".join(
        _("Line {line}: {problem}").format(line=line, problem=problem) for line, problem in problems[:SHOWN]
    )
    return UsageError(
        "links.file",
        shown,
        _(
            "Lines that are wrong: {count}. Nothing was changed; correct them and import the file again."
        ).format(count=len(problems)),
    )


def _read(path: Path) -> list[_Line]:
    """Read the lines of a file, with commas, semicolons or tabs, in UTF-8 or as spreadsheets under Windows write."""
    try:
        content = path.expanduser().read_bytes()
    except OSError as error:
        raise UsageError(
            "cli.file",
            _("The file {path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise UsageError(
                "links.columns",
                _("The file {path} has no column {column}.").format(path=path, column=missing[0]),
                _("Its first line names the columns: {names}").format(names=";".join(COLUMNS)),
            )
        lines = []
        for cells in reader:
            row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            if any(row.values()):
                lines.append(_line(reader.line_num, row))
    except csv.Error as error:
        raise UsageError(
            "links.csv",
            _("The file {path} is not CSV: line {line}, {reason}.").format(
                path=path, line=reader.line_num, reason=error
            ),
        ) from None
    return lines


def _line(number: int, row: dict[str, str]) -> _Line:
    try:
        product, variant = parted(row["product"])
    except UsageError as error:
        raise _wrong([(number, error.message)]) from None
    return _Line(number, product, variant or row.get("variant", ""), row.get("erp_product", ""))


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a file that spreadsheets open by themselves; raises ``UsageError`` where it cannot be written."""
    try:
        with path.expanduser().open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(COLUMNS)
            writer.writerows([_harmless(cell) for cell in row] for row in rows)
    except OSError as error:
        raise UsageError(
            "cli.file",
            _("The file {path} cannot be written: {reason}.").format(path=path, reason=error.strerror),
        ) from None


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from computing what a shop's text looks like: a formula may open addresses."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
