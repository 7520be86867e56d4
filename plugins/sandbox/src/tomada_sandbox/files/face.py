"""Stores that exchange files: opened when asked for, driven by ``POST /_sandbox/files/<store>``."""

import secrets
import shutil
import tempfile
import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tomada_sandbox.files.exchange import Exchange
from tomada_sandbox.files.troubles import Trouble, Troubles
from tomada_sandbox.files.writing import Style
from tomada_sandbox.tray.state import Store
from tomada_sandbox.world import World

if TYPE_CHECKING:
    from tomada_sandbox.files.servers import Servers

Action = dict[str, Any]


class FilesFace:
    """The file servers of one sandbox and the folders of its stores; the first ``open`` begins it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._servers: Servers | None = None
        self._stores: dict[str, tuple[Exchange, Troubles, str]] = {}

    def act(self, store_name: str, action: Action) -> dict[str, object]:
        """Do ``action["action"]`` at a Tray store.

        ``open`` (``style``: fields of ``Style``; ``answers``, ``controls``) begins the exchange and tells addresses,
        user and password; ``publish`` lets the store write what is new, ``collect`` read what the ERP wrote; ``write``
        (``kind``, ``rows``) writes a file of these rows; ``trouble`` (fields of ``Trouble``) adds a rule, ``calm``
        takes all back; ``calls`` tells the calls since the last time, ``state`` the rules, late effects and what the
        store has told so far. Raises ``ValueError`` or ``LookupError``.
        """
        store = self._world.get(Store, store_name)
        details = {key: value for key, value in action.items() if key != "action"}
        actions: dict[object, Callable[[Store, Action], dict[str, object]]] = {
            "open": self._open,
            "publish": self._publish,
            "collect": self._collect,
            "write": self._write,
            "trouble": self._trouble,
            "calm": self._calm,
            "calls": self._calls,
            "state": self._state,
        }
        name = action.get("action")
        if name not in actions:
            raise ValueError(f"unknown action {name!r}; known: {', '.join(map(str, actions))}")
        if store_name in self._stores:
            self._stores[store_name][1].settle()
        return actions[name](store, details)

    def clone(self, template: str, name: str) -> None:
        """Give a copy of a store a copy of its exchange, if it has one, under the same password."""
        if template not in self._stores or self._servers is None:
            return
        exchange, troubles, password = self._stores[template]
        troubles.settle()
        root = exchange.root.with_name(name)
        shutil.copytree(exchange.root, root, symlinks=True)
        self._stores[name] = (replace(deepcopy(exchange), root=root), troubles.copy(root), password)
        self._servers.add(name, password, root, self._stores[name][1])

    def close(self) -> None:
        """Stop the servers and delete the folders."""
        if self._servers:
            self._servers.close()
        if self._folder:
            self._folder.cleanup()

    def _open(self, store: Store, details: Action) -> dict[str, object]:
        with warnings.catch_warnings():  # pyftpdlib rests on what the standard library is giving up
            warnings.simplefilter("ignore", DeprecationWarning)
            from tomada_sandbox.files.servers import Servers

        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tomada-sandbox-files-")
        if self._servers is None:
            self._servers = Servers(Path(self._folder.name))
        if store.name not in self._stores:
            told = dict(details.pop("style", {}))
            if unknown := set(told) - {each.name for each in fields(Style)}:
                raise ValueError(f"a style has no {', '.join(sorted(unknown))}")
            root = Path(self._folder.name) / "stores" / store.name
            exchange = Exchange(root, Style(**told))
            exchange.answers = bool(details.get("answers", True))
            exchange.controls = bool(details.get("controls", False))
            password, troubles = secrets.token_hex(8), Troubles(root, self._world.clock.now)
            self._servers.add(store.name, password, root, troubles)
            self._stores[store.name] = (exchange, troubles, password)
        exchange, _troubles, password = self._stores[store.name]
        told = {"user": store.name, "password": password, "folder": str(exchange.root)}
        return {**told, **self._servers.told()}

    def _publish(self, store: Store, _details: Action) -> dict[str, object]:
        return {"files": self._exchange(store).publish(self._world, store)}

    def _collect(self, store: Store, _details: Action) -> dict[str, object]:
        return {"files": self._exchange(store).collect(self._world, store)}

    def _write(self, store: Store, details: Action) -> dict[str, object]:
        now = self._world.time_at(store)
        return {"files": [self._exchange(store).write(store, str(details["kind"]), details["rows"], now)]}

    def _trouble(self, store: Store, details: Action) -> dict[str, object]:
        self._exchange(store)
        self._stores[store.name][1].rules.append(Trouble(**details))
        return {}

    def _calm(self, store: Store, _details: Action) -> dict[str, object]:
        self._exchange(store)
        self._stores[store.name][1].rules.clear()
        return {}

    def _calls(self, store: Store, _details: Action) -> dict[str, object]:
        self._exchange(store)
        troubles = self._stores[store.name][1]
        calls, troubles.calls = troubles.calls, []
        return {"calls": calls}

    def _state(self, store: Store, _details: Action) -> dict[str, object]:
        exchange = self._exchange(store)
        told = {str(number): asdict(one) for number, one in exchange.exported.items()}
        return {"told": told, "numbers": exchange.numbers, **self._stores[store.name][1].state()}

    def _exchange(self, store: Store) -> Exchange:
        if store.name not in self._stores:
            raise LookupError(f"{store.key} exchanges no files; open it first")
        return self._stores[store.name][0]
