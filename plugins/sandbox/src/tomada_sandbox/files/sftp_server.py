# ruff: noqa: ANN401 - the servers' libraries have no types
"""An SFTP server; every store is a user with its own root. Renaming refuses a name that is taken, as OpenSSH does."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import asyncssh

from tomada_sandbox.files.troubles import CutOffError, Troubles

_READY_SECONDS = 10.0


class _Door(asyncssh.SSHServer):
    """Knows the stores' passwords."""

    def __init__(self, users: dict[str, tuple[str, Path, Troubles]]) -> None:
        self._users = users

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username in self._users and self._users[username][0] == password


class _Folder(asyncssh.SFTPServer):
    """The store's root; calls are noted, refused and cut off by rule."""

    def __init__(self, channel: Any, users: dict[str, tuple[str, Path, Troubles]]) -> None:
        _password, root, self._troubles = users[channel.get_extra_info("username")]
        self._cut: dict[int, Any] = {}
        super().__init__(channel, chroot=str(root))

    def _asked(self, call: str, path: bytes) -> str:
        short = path.decode("utf-8", "replace").lstrip("/")
        self._troubles.saw(call, short)
        return short

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        call = "write" if pflags & asyncssh.FXF_WRITE else "read"
        short = self._asked(call, path)
        file = super().open(path, pflags, attrs)
        rule = self._troubles.fires("cut_read" if call == "read" else "cut_write", call, short)
        rule = rule or (self._troubles.fires("full", call, short) if call == "write" else None)
        if rule:
            self._cut[id(file)] = rule
        return file

    def read(self, file_obj: Any, offset: int, size: int) -> Any:
        rule = self._cut.get(id(file_obj))
        if rule is None:
            return super().read(file_obj, offset, size)
        if offset >= rule.bytes:
            self._end()
        return super().read(file_obj, offset, min(size, rule.bytes - offset))

    def write(self, file_obj: Any, offset: int, data: bytes) -> Any:
        rule = self._cut.get(id(file_obj))
        if rule is None:
            return super().write(file_obj, offset, data)
        if offset + len(data) <= rule.bytes:
            return super().write(file_obj, offset, data)
        if rule.kind == "full":
            raise asyncssh.SFTPFailure("No space left on device")
        super().write(file_obj, offset, data[: max(0, rule.bytes - offset)])
        self._end()
        return 0

    async def scandir(self, path: bytes) -> Any:
        short = self._asked("list", path)
        entries = {entry.filename.decode("utf-8", "replace"): entry async for entry in super().scandir(path)}
        for name in self._troubles.listed(short, list(entries)):
            attrs = entries[name].attrs
            attrs.size = self._troubles.listed_size(f"{short}/{name}", attrs.size or 0)
            yield entries[name]

    def mkdir(self, path: bytes, attrs: Any) -> Any:
        self._asked("mkdir", path)
        return super().mkdir(path, attrs)

    def remove(self, path: bytes) -> Any:
        self._asked("delete", path)
        return super().remove(path)

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        source, target = self._asked("rename", oldpath), newpath.decode("utf-8", "replace").lstrip("/")
        try:
            self._troubles.rename(source, target, overwrites=False)
        except FileExistsError:
            raise asyncssh.SFTPFailure("The name is taken") from None
        except CutOffError:
            self._end()

    def lstat(self, path: bytes) -> Any:
        found = super().lstat(path)
        attrs = asyncssh.SFTPAttrs.from_local(found)
        attrs.size = self._troubles.size(path.decode("utf-8", "replace"), attrs.size or 0)
        return attrs

    def _end(self) -> None:
        self.channel.get_connection().abort()
        raise asyncssh.SFTPConnectionLost("cut off")


class SftpServer:
    """One SFTP server on loopback, served by a thread of its own."""

    def __init__(self) -> None:
        self.users: dict[str, tuple[str, Path, Troubles]] = {}
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self.fingerprint = self._key.get_fingerprint()
        self.public_key = self._key.export_public_key().decode().strip()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="tomada-sandbox-sftp", daemon=True)
        self._thread.start()
        if not self._ready.wait(_READY_SECONDS):
            raise RuntimeError("the SFTP server did not start")

    def add(self, name: str, password: str, root: Path, troubles: Troubles) -> None:
        """Let a store in."""
        self.users[name] = (password, root, troubles)

    def close(self) -> None:
        """Stop serving and end the connections."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(server.wait_closed())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _listen(self) -> Any:
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self._key],
            server_factory=lambda: _Door(self.users),
            sftp_factory=lambda channel: _Folder(channel, self.users),
            allow_scp=False,
            gss_host=None,
        )
        self.port = server.get_port()
        return server
