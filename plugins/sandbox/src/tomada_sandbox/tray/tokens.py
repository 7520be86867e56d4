"""A store's authorisation codes and its pair of tokens (tray-rest.md 1.3 to 1.5)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ACCESS_LIFE = timedelta(hours=3)
REFRESH_LIFE = timedelta(days=30)


@dataclass
class Tokens:
    """One pair. ``activated`` is when it was issued; the ends move only when a fault lets a token expire."""

    access: str
    refresh: str
    activated: datetime
    access_ends: datetime
    refresh_ends: datetime


@dataclass
class Tokenry:
    """All that was issued for one application and store.

    ``codes`` says of each authorisation code whether it was used. ``former`` are the access tokens that were
    replaced, with their ends: they count as alive only where the store lets them survive.
    """

    app: str
    store_id: str
    codes: dict[str, bool] = field(default_factory=dict)
    pair: Tokens | None = None
    former: dict[str, datetime] = field(default_factory=dict)

    def new_code(self) -> str:
        """Issue an authorisation code: 64 hexadecimal digits."""
        code = secrets.token_hex(32)
        self.codes[code] = False
        return code

    def issue(self, now: datetime) -> Tokens:
        """Issue a pair, which replaces the one there is."""
        if self.pair is not None:
            self.former[self.pair.access] = self.pair.access_ends
        access = f"{self._prefix}{secrets.token_hex(32)}"
        self.pair = Tokens(access, secrets.token_hex(32), now, now + ACCESS_LIFE, now + REFRESH_LIFE)
        return self.pair

    def accepts(self, access: str, now: datetime, *, former: bool) -> bool:
        """Tell whether an access token lives; ``former`` admits those that were replaced."""
        if self.pair is not None and access == self.pair.access:
            return now < self.pair.access_ends
        return former and access in self.former and now < self.former[access]

    def issued(self, access: str) -> bool:
        """Tell whether a text looks like an access token of this application and store."""
        return access.startswith(self._prefix)

    def renews(self, refresh: str, now: datetime) -> bool:
        """Tell whether a refresh token lives."""
        return self.pair is not None and refresh == self.pair.refresh and now < self.pair.refresh_ends

    @property
    def _prefix(self) -> str:
        return f"APP_ID-{self.app}-STORE_ID-{self.store_id}-"
