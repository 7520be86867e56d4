"""The way of a request through the sandbox: quota, faults, handler, journal."""

import asyncio
import contextlib
from email.utils import format_datetime
from typing import Any, Generic, TypeVar, cast

from starlette.types import Receive, Scope, Send

from tomada_sandbox.connection import close, reset
from tomada_sandbox.face import Face, Handler
from tomada_sandbox.faults import FaultKind, FaultRule
from tomada_sandbox.journal import Event
from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.remote import Remote
from tomada_sandbox.world import World

R = TypeVar("R", bound=Remote)

_UNKNOWN = "(unknown)"


class RemoteApp(Generic[R]):
    """ASGI application for all remotes of one kind; mounted at ``/<kind>``."""

    def __init__(self, world: World, face: Face[R]) -> None:
        self.world = world
        self.face = face

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        below = scope["path"][len(scope.get("root_path", "")) :]
        name, slash, rest = below.lstrip("/").partition("/")
        remote = self.world.remotes.get((self.face.kind, name))
        if remote is None:
            await _send(send, Answer(404, b"Not Found", {"content-type": "text/plain"}))
            return
        request = await _read(scope, receive, f"/{self.face.kind}/{name}", slash + rest)
        exchange = _Exchange(self.world, self.face, cast(R, remote), request, scope, receive, send)
        await exchange.run()


class _Exchange(Generic[R]):
    """One request at one remote."""

    def __init__(
        self,
        world: World,
        face: Face[R],
        remote: R,
        request: Request,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        self.world, self.face, self.remote, self.request = world, face, remote, request
        self.scope, self.receive, self.send = scope, receive, send
        found = face.resolve(remote, request)
        self.endpoint = _UNKNOWN if found is None else found[0]
        self.handler: Handler[R] | None = None if found is None else found[1]

    async def run(self) -> None:
        self.world.settle()
        quota = self.remote.quota
        self._journal("received")
        refusal = quota.admit(self.endpoint, self.world.now())
        if refusal is not None:
            self._journal("refused", why=refusal)
            await self._answer(self.face.refuse(self.remote, self.request, refusal))
            return
        try:
            rule = self.world.faults.pick(
                self.remote.key, self.request.method, self.endpoint, self.request.path
            )
            if self.remote.latency:
                await asyncio.sleep(self.remote.latency)
            if rule is None:
                await self._answer(self._apply())
            else:
                self._journal("fault", kind=rule.kind.value)
                await self._misbehave(rule)
        finally:
            quota.leave()

    def _apply(self, *, late: bool = False) -> Answer:
        if self.handler is None:
            return self.face.unknown(self.remote, self.request)
        answer = self.handler(self.world, self.remote, self.request)
        self._journal("applied", status=answer.status, late=late, **self.request.notes)
        return answer

    async def _misbehave(self, rule: FaultRule) -> None:
        kind, params = rule.kind, rule.params
        if kind is FaultKind.REFUSE_429:
            self.remote.quota.refused_by_fault(self.endpoint)
            self._journal("refused", why="fault")
            await self._answer(self.face.refuse(self.remote, self.request, "window"))
        elif kind is FaultKind.ERROR_BEFORE:
            await self._answer(_broken(params))
        elif kind is FaultKind.ERROR_AFTER:
            self._apply()
            await self._answer(_broken(params))
        elif kind is FaultKind.LATE_EFFECT:
            self.world.later(float(params.get("seconds", 60)), lambda: self._apply(late=True))
            await reset(self.scope, self.receive)
        elif kind is FaultKind.RESET_BEFORE:
            await reset(self.scope, self.receive)
        elif kind is FaultKind.RESET_AFTER:
            self._apply()
            await reset(self.scope, self.receive)
        elif kind is FaultKind.TIMEOUT:
            await self._keep_waiting(params)
        elif kind is FaultKind.TRUNCATED:
            await self._truncate(self._apply(), params)
        elif kind is FaultKind.EXPIRED_TOKEN:
            await self._answer(self.face.expire(self.remote, self.request) or self._apply())
        else:
            self.request.shift = int(params.get("rows", 1))
            await self._answer(self._apply())

    async def _keep_waiting(self, params: dict[str, Any]) -> None:
        answer = self._apply() if params.get("effect", True) else _broken(params)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(float(params.get("seconds", 30))):
                while (await self.receive())["type"] != "http.disconnect":
                    pass
                return
        if params.get("close"):
            await close(self.scope, self.receive)
        else:
            await self._answer(answer)

    async def _truncate(self, answer: Answer, params: dict[str, Any]) -> None:
        kept = answer.body[: int(len(answer.body) * float(params.get("keep", 0.5)))]
        if params.get("whole"):
            await self._answer(Answer(answer.status, kept, answer.headers))
            return
        await _start(self.send, answer, self._headers())
        await self.send({"type": "http.response.body", "body": kept, "more_body": True})
        await close(self.scope, self.receive)

    async def _answer(self, answer: Answer) -> None:
        await _send(self.send, answer, self._headers())
        self._journal("answered", status=answer.status)

    def _headers(self) -> dict[str, str]:
        """The remote's own headers and its time, the virtual one by its own clock."""
        now = self.world.time_at(self.remote)
        return {"date": format_datetime(now, usegmt=True), **self.face.headers(self.remote)}

    def _journal(self, event: Event, **detail: object) -> None:
        world, request = self.world, self.request
        world.journal.write(world.now(), event, self.remote.key, request.method, self.endpoint, detail)


def _broken(params: dict[str, Any]) -> Answer:
    status = int(params.get("status", 502))
    return Answer(status, b"<html><body>Server Error</body></html>", {"content-type": "text/html"})


async def _read(scope: Scope, receive: Receive, prefix: str, path: str) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    chunks = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    address = f"{scope['scheme']}://{headers.get('host', '')}{prefix}"
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], path, query, headers, b"".join(chunks), address)


async def _send(send: Send, answer: Answer, headers: dict[str, str] | None = None) -> None:
    await _start(send, answer, headers or {})
    await send({"type": "http.response.body", "body": answer.body})


async def _start(send: Send, answer: Answer, headers: dict[str, str]) -> None:
    everything = {**answer.headers, **headers, "content-length": str(len(answer.body))}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in everything.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
