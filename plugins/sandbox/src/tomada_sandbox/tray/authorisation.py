"""Consent, creation and refresh of tokens (tray-rest.md 1.2 to 1.4)."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tray.answers import EXPIRED, STORE_REFUSALS, UNKNOWN, RefusedError, unauthorised
from tomada_sandbox.tray.bodies import fields
from tomada_sandbox.tray.state import Store
from tomada_sandbox.tray.tokens import Tokens
from tomada_sandbox.tray.wire import write_moment
from tomada_sandbox.world import World


def consent(world: World, store: Store, request: Request) -> Answer:
    """``auth.php``: the merchant's browser, which has consented before, is sent back at once with a code."""
    query = request.query
    if query.get("response_type") != "code" or query.get("consumer_key") != store.consumer_key:
        raise RefusedError(400, ["Invalid response_type or consumer_key"])
    callback = urlsplit(query.get("callback", ""))
    if not callback.scheme:
        raise RefusedError(400, ["Invalid callback"])
    returned = {
        "code": store.tokenry.new_code(),
        "api_address": f"{request.address}/web_api",
        "store": store.id,
        "store_host": request.address,
        "adm_user": "lojista",
    }
    joined = "&".join(part for part in (callback.query, urlencode(returned)) if part)
    return Answer(302, b"", {"location": urlunsplit(callback._replace(query=joined))})


def create(world: World, store: Store, request: Request) -> Answer:
    """``POST /auth``: trade a code for tokens; the live pair comes again where the code may be reused."""
    given = fields(request)
    _check_store(store)
    _check_keys(store, given.get("consumer_key"), given.get("consumer_secret"))
    tokenry, now, code = store.tokenry, world.time_at(store), str(given.get("code", ""))
    if code not in tokenry.codes or (tokenry.codes[code] and not store.switches.code_reusable):
        raise unauthorised(UNKNOWN)
    tokenry.codes[code] = True
    pair = tokenry.pair
    if store.switches.code_reusable and pair is not None and now < pair.access_ends:
        return _answer(store, request, pair, "Token already exists.", 200)
    return _answer(store, request, tokenry.issue(now), "Created tokens", 201)


def refresh(world: World, store: Store, request: Request) -> Answer:
    """``GET /auth``: trade a refresh token for a new pair; the keys are verified when they are given."""
    query = request.query
    _check_store(store)
    if "consumer_key" in query or "consumer_secret" in query:
        _check_keys(store, query.get("consumer_key"), query.get("consumer_secret"))
    if not store.tokenry.renews(query.get("refresh_token", ""), world.time_at(store)):
        raise unauthorised(EXPIRED)
    return _answer(store, request, store.tokenry.issue(world.time_at(store)), "Refreshed tokens", 200)


def authenticate(world: World, store: Store, request: Request) -> None:
    """Refuse a request whose query string has no living access token."""
    _check_store(store)
    access = request.query.get("access_token", "")
    tokenry = store.tokenry
    if not tokenry.accepts(access, world.time_at(store), former=store.switches.old_access_survives):
        raise unauthorised(EXPIRED if tokenry.issued(access) else UNKNOWN)


def expire(world: World, store: Store, request: Request) -> None:
    """Let the token that a request bears end now, if it lives; an authorisation code does not expire."""
    tokenry, now = store.tokenry, world.time_at(store)
    pair = tokenry.pair
    if pair is not None and request.query.get("refresh_token") == pair.refresh:
        pair.refresh_ends = now
    access = request.query.get("access_token")
    if pair is not None and access == pair.access:
        pair.access_ends = now
    elif access in tokenry.former:
        tokenry.former[access] = now


def _check_store(store: Store) -> None:
    if store.switches.state != "active":
        raise unauthorised(STORE_REFUSALS[store.switches.state])


def _check_keys(store: Store, key: object, secret: object) -> None:
    if (key, secret) != (store.consumer_key, store.consumer_secret):
        raise unauthorised(UNKNOWN)


def _answer(store: Store, request: Request, pair: Tokens, message: str, status: int) -> Answer:
    content = {
        "message": message,
        "code": str(status),
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "date_expiration_access_token": write_moment(pair.access_ends),
        "date_expiration_refresh_token": write_moment(pair.refresh_ends),
        "date_activated": write_moment(pair.activated),
        "api_host": f"{request.address}/web_api",
        "store_id": store.id,
    }
    return Answer.json(content, status)
