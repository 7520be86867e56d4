"""The store's own process: it writes orders, statuses and lists into its folders, reads ours and answers them."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.files.incoming import invoice, product, status
from tomada_sandbox.files.order_rows import content_of, rows_of
from tomada_sandbox.files.writing import ALL_FOLDERS, DONE, FAILED, FOLDERS, Row, Style
from tomada_sandbox.tray.state import Store
from tomada_sandbox.world import World

MOST_ROWS = 5000


@dataclass
class Exported:
    """What the store last told of an order."""

    version: int
    content: tuple[tuple[str, str], ...]
    status_id: int


@dataclass
class Exchange:
    """The folders of one store.

    ``answers``: whether the store answers what it reads, ``controls``: whether it writes control files.
    """

    root: Path
    style: Style = field(default_factory=Style)
    answers: bool = True
    controls: bool = False
    exported: dict[int, Exported] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in ALL_FOLDERS:
            (self.root / folder).mkdir(parents=True, exist_ok=True)

    def publish(self, world: World, store: Store) -> list[str]:
        """Write what is new since the last time, and the lists at the first; return the names of the files."""
        now = world.time_at(store)
        written = [] if self.exported else self._lists(store, now)
        rows: list[Row] = []
        changes: list[Row] = []
        totals: dict[int, Decimal] = {}
        for order in store.orders.values():
            before = self.exported.get(order.id)
            version = before.version + 1 if before else 1
            told = rows_of(store, order, self.style, version)
            content = content_of(told)
            if before is None or before.content != content:
                rows += _damaged(told, order.damaged)
                totals[order.id] = order.total
                self.exported[order.id] = Exported(version, content, order.status_id)
            elif before.status_id != order.status_id:
                changes.append(self._change(store, order.id, order.modified))
                before.status_id = order.status_id
        for part in _parts(rows):
            total = sum(
                (totals[int(number)] for number in dict.fromkeys(row["id_pedido"] for row in part)),
                Decimal(0),
            )
            written.append(self.write(store, "PED", part, now, total))
        if changes:
            written.append(self.write(store, "STL", changes, now))
        return written

    def write(
        self, store: Store, kind: str, rows: list[Row], now: datetime, total: Decimal | None = None
    ) -> str:
        """Write one file under a passing name and rename it, its control file last; return its name."""
        number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
        at = now.astimezone(BRASILIA).strftime("%Y%m%d%H%M%S")
        ending = "xml" if self.style.form == "xml" else "csv"
        name = f"{kind}_{store.id}_{at}_{number:06d}.{ending}"
        items = "item_" if kind == "PED" else ""
        content = self.style.table(kind, rows, "id_pedido", items)
        folder = self.root / FOLDERS.get(kind, "mapeamentos")
        (folder / f"{name}.tmp").write_bytes(content)
        if self.controls:
            entities = len(dict.fromkeys(next(iter(row.values())) for row in rows))
            told = {
                "arquivo": name,
                "bytes": len(content),
                "linhas": len(rows),
                "entidades": entities,
                "total": "" if total is None else f"{total:.2f}",
                "sha256": hashlib.sha256(content).hexdigest(),
                "seq": number,
                "seq_anterior": number - 1,
            }
            (folder / f"{name}.ctl").write_text("".join(f"{key}={value}\r\n" for key, value in told.items()))
        (folder / f"{name}.tmp").rename(folder / name)
        return name

    def collect(self, world: World, store: Store) -> list[str]:
        """Read what the ERP wrote, apply it, answer it and move it; return the names of the files."""
        taken = []
        for kind, apply in (("PRD", product), ("STE", status), ("NFE", invoice)):
            folder = self.root / FOLDERS[kind]
            for path in sorted([*folder.glob(f"{kind}_*.csv"), *folder.glob(f"{kind}_*.xml")]):
                self._take(world, store, path, apply)
                taken.append(path.name)
        return taken

    def _take(
        self, world: World, store: Store, path: Path, apply: Callable[[World, Store, Style, Row], Row]
    ) -> None:
        content = path.read_bytes()
        told = []
        for line, row in enumerate(self.style.rows(content), 2):
            answer = apply(world, store, self.style, row)
            told.append({"linha": str(line), **answer})
        if self.answers and told:
            rows = [
                {
                    "arquivo": path.name,
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "codigo": "",
                    "coluna": "",
                    "mensagem": "",
                    "id_destino": "",
                    **row,
                    "processado_em": self.style.time(world.time_at(store)),
                }
                for row in told
            ]
            (self.root / "retorno/loja" / f"{path.name}.ret.csv").write_bytes(self.style.table("RET", rows))
        good = any(row["resultado"] != "REJEITADO" for row in told)
        below = path.parent / (DONE if good else FAILED)
        below.mkdir(exist_ok=True)
        path.rename(below / path.name)

    def _lists(self, store: Store, now: datetime) -> list[str]:
        statuses = [
            {
                "id_status": str(each.id),
                "descricao": each.name,
                "tipo": each.type,
                "padrao": "S",
                "ativo": "S",
            }
            for each in store.statuses.values()
        ]
        shippings = [
            {
                "id_forma_envio": str(each.id),
                "descricao": each.display_name,
                "ativo": "S" if each.active else "N",
            }
            for each in store.shippings
        ]
        return [self.write(store, "MST", statuses, now), self.write(store, "MFR", shippings, now)]

    def _change(self, store: Store, order: int, at: datetime) -> Row:
        found = store.orders[order]
        state = store.statuses[found.status_id]
        return {
            "id_pedido": str(order),
            "id_status": str(state.id),
            "status": state.name,
            "data_hora": self.style.time(at),
        }


def _damaged(rows: list[Row], column: str) -> list[Row]:
    if column:
        rows[0] = {**rows[0], column: "#VALOR!"}
    return rows


def _parts(rows: Iterable[Row]) -> list[list[Row]]:
    """Part rows into files; the rows of one order stay together."""
    parts: list[list[Row]] = []
    for row in rows:
        full = parts and len(parts[-1]) >= MOST_ROWS and parts[-1][-1]["id_pedido"] != row["id_pedido"]
        if not parts or full:
            parts.append([])
        parts[-1].append(row)
    return parts
