"""Answers that web_api gives when it refuses or acknowledges (tray-rest.md 1.5, 2.3, 2.4)."""

from tomada_sandbox.messages import Answer

EXPIRED, UNKNOWN = 1000, 1099

STORE_REFUSALS = {"blocked": 1001, "inactive": 1002, "cancelled": 1003, "unknown": UNKNOWN}
"""The ``error_code`` that a store which is not active answers to everything."""

_NAMES = {
    400: "Bad Request",
    401: "Unauthorized access",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
}


class RefusedError(Exception):
    """A request that is answered with an error body; ``causes`` are texts, or model → field → texts."""

    def __init__(self, status: int, causes: object, error_code: int | None = None) -> None:
        super().__init__(causes)
        self.status, self.causes, self.error_code = status, causes, error_code


def invalid(field: str, text: str, model: str = "Order") -> RefusedError:
    """Return the refusal of one field."""
    return RefusedError(400, {model: {field: [text]}})


def unauthorised(error_code: int) -> RefusedError:
    """Return the refusal of a token, or of a store that is not active."""
    return RefusedError(401, ["Token inválido ou expirado"], error_code)


def failure(path: str, error: RefusedError) -> Answer:
    """Answer with an error body; its ``url`` has the doubled slash of the real one."""
    url = "//" + path.removeprefix("/").removeprefix("web_api").lstrip("/")
    body: dict[str, object] = {"code": error.status, "url": url, "name": _NAMES[error.status]}
    if error.error_code is not None:
        body["error_code"] = error.error_code
    return Answer.json({**body, "causes": error.causes}, error.status)


def saved(id_: int) -> Answer:
    """Acknowledge an update."""
    return Answer.json({"message": "Saved", "id": str(id_), "code": 200})


def created(id_: int) -> Answer:
    """Acknowledge something new."""
    return Answer.json({"message": "Created", "id": str(id_), "code": 201}, 201)
