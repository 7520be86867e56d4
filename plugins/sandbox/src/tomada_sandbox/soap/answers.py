"""What the web service refuses, with the codes of the contract (8.3)."""


class RefusedError(Exception):
    """A call that is answered with ``status = erro``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
