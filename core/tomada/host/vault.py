"""The secrets and the small state of one store, as its plugin may use them."""

from collections.abc import Callable, Mapping

from tomada.ports.storage import Database


class OwnedVault:
    """``tomada.spi.Vault`` over the database, for one owner (``store:1``, ``erp:2``)."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._seen: set[str] = set()

    def read(self) -> Mapping[str, str]:
        """Return the secrets as they are committed now."""
        with self._database.read() as tx:
            secrets = tx.secrets.read(self._owner)
        self._seen.update(secrets.values())
        return secrets

    def update(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """Replace the secrets by ``change(current)`` under the owner's lock, and commit at once."""
        with self._database.lock(f"vault:{self._owner}", wait=True):
            current = self.read()  # inside the lock: another process may just have rotated a token
            changed = dict(change(current))
            if not all(isinstance(text, str) for pair in changed.items() for text in pair):
                raise TypeError("secrets must be texts")
            self._seen.update(changed.values())
            if changed != current:
                with self._database.begin() as tx:
                    tx.secrets.write(self._owner, changed)
        return changed

    def seen(self) -> frozenset[str]:
        """Return every secret that passed through here, old ones too: logs must show none of them (X1)."""
        return frozenset(self._seen)


class BufferedState:
    """``tomada.spi.State``: what is set waits here until the flow takes it into its transaction."""

    def __init__(self, database: Database, store_id: int) -> None:
        self._database = database
        self._store_id = store_id
        self._values: dict[str, str] | None = None
        self._pending: dict[str, str | None] = {}

    def get(self, key: str) -> str | None:
        """Return the value that was set last, or None."""
        if key in self._pending:
            return self._pending[key]
        return self._committed().get(key)

    def set(self, key: str, value: str | None) -> None:
        """Set a value to be committed later; None removes it."""
        if not isinstance(key, str) or not isinstance(value, str | None):
            raise TypeError("state keys and values must be texts")
        self._pending[key] = value

    def flush(self) -> None:
        """Commit what waits, in a transaction of its own."""
        pending = self.pending()
        if pending:
            with self._database.begin() as tx:
                tx.progress.set_state(self._store_id, pending)

    def pending(self) -> dict[str, str | None]:
        """Return and clear what waits; the caller commits it."""
        taken, self._pending = self._pending, {}
        values = self._committed()
        for key, value in taken.items():
            if value is None:
                values.pop(key, None)
            else:
                values[key] = value
        return taken

    def _committed(self) -> dict[str, str]:
        if self._values is None:
            with self._database.read() as tx:
                self._values = dict(tx.progress.state(self._store_id))
        return self._values
