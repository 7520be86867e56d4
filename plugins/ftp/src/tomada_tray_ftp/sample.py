"""A sample of the store's files: the settings that it shows, and each row as it would be understood with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tomada.spi import Context, Proposal, SampleEvent, SampleProblem, SampleRow
from tomada_tray_ftp.damage import Damage, FileDamage
from tomada_tray_ftp.detecting import LAYOUTS, Seen, detect
from tomada_tray_ftp.dialect import PROFILES, Dialect, Form
from tomada_tray_ftp.entities import Entity, count, read_entities
from tomada_tray_ftp.layouts import ORDERS, STATUSES, Layout
from tomada_tray_ftp.mapping import order_of, status_of
from tomada_tray_ftp.names import parsed
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.settings import Names, Settings

_WORDS = {"\t": "tab", ".": "dot", ",": "comma", "": ""}
_LATIN = ("iso-8859-1", "cp1252")
"""Read alike."""
_SINGLE = ("encoding", "delimiter", "decimal", "thousands", "date_format", "datetime_format", "true_false")


def read_sample(ctx: Context, path: Path) -> Iterator[SampleEvent]:
    """See ``SampleHooks``."""
    settings: Settings = ctx.settings
    told = parsed(path.name)
    if told and told.kind not in {layout.kind for layout in LAYOUTS}:
        yield SampleProblem(
            0, "", "E01", _("The name is that of a file for the store, not of one of the store's.")
        )
        return
    seen = detect(path, settings.dialect())
    proposals = _proposals(seen, settings, path.name)
    yield from proposals
    settings = Settings.model_validate(settings.model_dump() | {one.name: one.value for one in proposals})
    missing = list(_missing(seen, settings.dialect()))
    yield from missing or _rows(path, seen.layout, settings)


def _missing(seen: Seen, dialect: Dialect) -> Iterator[SampleProblem]:
    """Yield each column that has to be there and is not; without a header, that nobody knows which is which."""
    if seen.has_header:
        for column in seen.layout.required:
            if column not in seen.columns:
                message = _("The column {column} is missing.").format(column=column)
                yield SampleProblem(1, column, "E11", message)
    elif seen.has_header is False and not dialect.columns and seen.width != len(seen.layout.columns):
        message = _("There is no header and {found} columns, not {needed}: say in columns which is where.")
        yield SampleProblem(0, "", "E11", message.format(found=seen.width, needed=len(seen.layout.columns)))


def _proposals(seen: Seen, settings: Settings, name: str) -> list[Proposal]:
    """Return the settings that are to change, so that as few as can be differ from a profile."""
    profile = _profile(seen, settings)
    base, found = PROFILES[profile], seen.properties
    wanted: dict[str, tuple[str, str]] = {}
    if profile != settings.profile:
        why = (
            _("Its files are XML.")
            if seen.form is Form.XML
            else _("It is the nearest to what the file shows.")
        )
        wanted["profile"] = (profile, why)
    for single in _SINGLE:
        if single not in found:
            continue
        value, why = found[single].value, found[single].why
        if profile == settings.profile and value == _of(settings.dialect(), single):
            continue
        own = _of(base, single)
        same = value == own or (single == "encoding" and {value, own} <= set(_LATIN))
        wanted[single] = ("" if same else _WORDS.get(value, value), why)
    if (
        "thousands" not in found
        and "decimal" in found
        and found["decimal"].value == settings.dialect().thousands
    ):
        wanted["thousands"] = ("", found["decimal"].why)
    if seen.has_header is not None:
        why = _("Its first row has names.") if seen.has_header else _("Its first row has values.")
        wanted["has_header"] = ("yes" if seen.has_header else "no", why)
    others = {ours: theirs for ours, theirs in seen.columns.items() if ours != theirs.strip().casefold()}
    usable = {ours: theirs for ours, theirs in others.items() if not set(theirs) & set(",=")}
    if usable or (seen.columns and settings.columns):
        told = ",".join(f"{ours}={theirs.strip()}" for ours, theirs in usable.items())
        why = _("{count} columns have names of the store's own.").format(count=len(usable))
        wanted["columns"] = (told, why)
    elif seen.has_header is False and settings.has_header and settings.columns:
        wanted["columns"] = ("", _("Its first row has values."))
    if parsed(name) is None and settings.names is not Names.ANY:
        wanted["names"] = (Names.ANY.value, _("The file's name is not the contract's."))
    return [
        Proposal(one, value, why) for one, (value, why) in wanted.items() if value != _text(settings, one)
    ]


def _profile(seen: Seen, settings: Settings) -> str:
    """Return the profile that has the most of what was seen; the store's own where it has as much."""
    if seen.form is Form.XML:
        return "xml"

    def differing(name: str) -> int:
        base = PROFILES[name]
        pairs = [(one.value, _of(base, single)) for single, one in seen.properties.items()]
        return sum(value != own and not {value, own} <= set(_LATIN) for value, own in pairs)

    names = [name for name, dialect in PROFILES.items() if dialect.form is Form.CSV]
    return min(names, key=lambda name: (differing(name), name != settings.profile))


def _of(dialect: Dialect, single: str) -> str:
    if single == "true_false":
        return f"{dialect.yes},{dialect.no}"
    return str(getattr(dialect, single))


def _text(settings: Settings, name: str) -> str:
    """Return a setting as ``tomada store set`` takes it."""
    value: Any = getattr(settings, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return _WORDS.get(text, text) if name in _SINGLE else text


def _rows(path: Path, layout: Layout, settings: Settings) -> Iterator[SampleRow | SampleProblem]:
    dialect = settings.dialect()
    try:
        apart = count(path, dialect, layout).apart
        for entity in read_entities(path, dialect, layout):
            if entity.key in apart:
                entity.damage = Damage("E31", _("The rows of this order are apart."), "", entity.line)
            try:
                yield from list(_understood(entity, layout, settings))
            except Damage as damage:
                yield _problem(damage, dialect, entity.line)
    except FileDamage as damage:
        yield _problem(damage, dialect, 0)


def _problem(damage: Damage, dialect: Dialect, line: int) -> SampleProblem:
    column = dialect.columns.get(damage.column, damage.column) if dialect.has_header else damage.column
    return SampleProblem(damage.line or line, column, damage.code, damage.message)


def _understood(entity: Entity, layout: Layout, settings: Settings) -> Iterator[SampleRow]:
    """Yield what each row says; raise ``Damage`` where one of them cannot be read."""
    if layout is STATUSES:
        change = status_of(entity, settings, {})
        told = {"id_status": change.status.code, "data_hora": change.modified_at.isoformat()}
        yield SampleRow(entity.line, change.remote_id, told)
        return
    if layout is not ORDERS:
        if entity.damage:
            raise entity.damage
        told = {column: entity.first.get(column) for column in layout.required if column != layout.key}
        yield SampleRow(entity.line, entity.key, told)
        return
    order = order_of(entity, settings, {}).order
    whole = {
        "data_pedido": order.placed_at.isoformat(),
        "status": order.status.name,
        "cliente_nome": order.customer.name,
        "valor_frete": f"{order.money.freight:f}",
        "total": f"{order.money.total:f}",
    }
    for row, item in zip(entity.rows, order.items, strict=True):
        own = {"item": item.name, "quantidade": f"{item.quantity:f}", "preco": f"{item.unit_price:f}"}
        yield SampleRow(row.line, order.remote_id, whole | own)
