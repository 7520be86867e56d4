"""The control API under ``/_sandbox/``: read and drive both sides. Requests and answers are JSON."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tomada_sandbox import shopper
from tomada_sandbox.faults import FaultRule
from tomada_sandbox.files.face import FilesFace
from tomada_sandbox.remote import Remote
from tomada_sandbox.tiny import clerk
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tray.state import Store
from tomada_sandbox.world import World

Creators = dict[str, Callable[[World, str, dict[str, Any]], Remote]]
"""How to build a remote of each kind from a name and options."""

Action = Callable[[Request, dict[str, Any]], object]

_QUOTA_KEYS = {"limit", "window", "daily", "concurrency"}


def routes(world: World, creators: Creators, files: FilesFace) -> list[Route]:
    """Build the routes.

    A mistake of the caller is answered with 400, a name that does not exist with 404, and ``error`` says it.
    """
    api = _Control(world, creators, files)

    def route(path: str, method: str, action: Action) -> Route:
        return Route(path, _endpoint(world, action), methods=[method])

    return [
        route("/state", "GET", api.state),
        route("/state/{kind}/{name}", "GET", api.state_of),
        route("/clock", "GET", api.clock),
        route("/clock/advance", "POST", api.advance),
        route("/faults", "GET", api.faults),
        route("/faults", "POST", api.add_faults),
        route("/faults", "DELETE", api.clear_faults),
        route("/clone", "POST", api.clone),
        route("/accounts", "POST", lambda request, body: api.create("tiny", body)),
        route("/stores", "POST", lambda request, body: api.create("tray", body)),
        route("/quota", "POST", api.quota),
        route("/journal", "GET", api.journal),
        route("/shop/{name}", "POST", api.shop),
        route("/files/{name}", "POST", api.files),
        route("/tiny/{name}", "POST", api.clerk),
    ]


def _endpoint(world: World, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        raw = await request.body()
        world.settle()
        try:
            body = json.loads(raw) if raw else {}
            if not isinstance(body, dict):
                raise TypeError("the body must be a JSON object")
            return _json(action(request, body))
        except KeyError as error:
            return _json({"error": f"missing: {error.args[0]}"}, 400)
        except LookupError as error:
            return _json({"error": str(error.args[0] if error.args else error)}, 404)
        except (TypeError, ValueError) as error:
            return _json({"error": str(error)}, 400)

    return respond


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, media_type="application/json")


class _Control:
    def __init__(self, world: World, creators: Creators, files: FilesFace) -> None:
        self.world = world
        self.creators = creators
        self._files = files

    def state(self, request: Request, body: dict[str, Any]) -> object:
        kinds: dict[str, dict[str, object]] = {kind: {} for kind in self.creators}
        for remote in self.world.remotes.values():
            kinds.setdefault(remote.kind, {})[remote.name] = _state(remote)
        return {"now": self.world.now().isoformat(), "pending_effects": self.world.pending, **kinds}

    def state_of(self, request: Request, body: dict[str, Any]) -> object:
        return _state(self.world.find(request.path_params["kind"], request.path_params["name"]))

    def clock(self, request: Request, body: dict[str, Any]) -> object:
        return {"now": self.world.now().isoformat(), "offset": self.world.clock.offset.total_seconds()}

    def advance(self, request: Request, body: dict[str, Any]) -> object:
        self.world.clock.advance(float(body["seconds"]))
        self.world.settle()
        return self.clock(request, body)

    def faults(self, request: Request, body: dict[str, Any]) -> object:
        return {"rules": [rule.state() for rule in self.world.faults.rules]}

    def add_faults(self, request: Request, body: dict[str, Any]) -> object:
        for rule in [FaultRule.from_json(data) for data in body.get("rules", [body])]:
            self.world.faults.add(rule)
        return self.faults(request, body)

    def clear_faults(self, request: Request, body: dict[str, Any]) -> object:
        self.world.faults.clear(request.query_params.get("remote"))
        return self.faults(request, body)

    def clone(self, request: Request, body: dict[str, Any]) -> object:
        remote = self.world.clone(body["kind"], body["template"], body["name"])
        if remote.kind == Store.kind:
            self._files.clone(body["template"], body["name"])
        return _address(request, remote)

    def create(self, kind: str, body: dict[str, Any]) -> object:
        if kind not in self.creators:
            raise LookupError(f"this sandbox has no {kind}")
        options = {key: value for key, value in body.items() if key != "name"}
        remote = self.world.add(self.creators[kind](self.world, body["name"], options))
        return _state(remote)

    def quota(self, request: Request, body: dict[str, Any]) -> object:
        remote = self.world.find(body["kind"], body["name"])
        for key in _QUOTA_KEYS & body.keys():
            if body[key] is not None and not (isinstance(body[key], int | float) and body[key] > 0):
                raise ValueError(f"{key} must be a positive number or null")
            setattr(remote.quota, key, body[key])
        if "latency" in body:
            remote.latency = float(body["latency"])
        return {"quota": remote.quota.state(), "latency": remote.latency}

    def journal(self, request: Request, body: dict[str, Any]) -> object:
        since = int(request.query_params.get("since", 0))
        entries = self.world.journal.read(since, request.query_params.get("remote"))
        return {"entries": [entry.state() for entry in entries], "last": self.world.journal.last}

    def shop(self, request: Request, body: dict[str, Any]) -> object:
        return shopper.act(self.world, request.path_params["name"], body)

    def files(self, request: Request, body: dict[str, Any]) -> object:
        return self._files.act(request.path_params["name"], body)

    def clerk(self, request: Request, body: dict[str, Any]) -> object:
        return clerk.act(self.world, self.world.get(Account, request.path_params["name"]), body)


def _state(remote: Remote) -> dict[str, object]:
    return {"name": remote.name, "quota": remote.quota.state(), "latency": remote.latency, **remote.state()}


def _address(request: Request, remote: Remote) -> dict[str, object]:
    return {
        "name": remote.name,
        "address": f"{request.base_url.scheme}://{request.base_url.netloc}/{remote.key}",
    }
