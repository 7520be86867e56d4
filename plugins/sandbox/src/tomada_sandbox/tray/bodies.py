"""The body of a write in each of the encodings that clients use (tray-rest.md 1.3, 2.5)."""

import json
import re
from typing import Any

from tomada_sandbox.messages import Request
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tray.answers import RefusedError

_KEY = re.compile(r"[^\[\]\"']+")


def fields(request: Request, wrapper: str = "") -> dict[str, Any]:
    """Return the members of a JSON object or of a form, without the wrapper; it may be missing."""
    text = request.body.lstrip()
    if text.startswith(b"{"):
        try:
            content = json.loads(text)
        except ValueError:
            raise RefusedError(400, ["Invalid data provided"]) from None
    else:
        content = _nested(parameters(request))
    inner = content.get(wrapper, content) if wrapper else content
    if not isinstance(inner, dict):
        raise RefusedError(400, ["Invalid data provided"])
    return inner


def _nested(flat: dict[str, str]) -> dict[str, Any]:
    """Turn ``Order[status_id]`` and ``["Order"]["status_id"]`` into members of ``Order``."""
    content: dict[str, Any] = {}
    for key, value in flat.items():
        names = _KEY.findall(key)
        target = content
        for name in names[:-1]:
            inner = target.setdefault(name, {})
            target = inner if isinstance(inner, dict) else {}
        if names:
            target[names[-1]] = value
    return content
