"""What can be wrong with a file or with one entity in it; the codes are the contract's (E01 to E60)."""


class Damage(Exception):
    """Something that cannot be read: ``code`` of the contract, one sentence, the row's line and the column.

    The sentence holds no value of the file, as that may be personal.
    """

    def __init__(self, code: str, message: str, column: str = "", line: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.column = column
        self.line = line


class FileDamage(Damage):
    """The whole file cannot be read: nothing of it is imported.

    ``at_end`` says that it may only be unfinished: then a file that may still grow waits.
    """

    def __init__(
        self, code: str, message: str, column: str = "", line: int = 0, *, at_end: bool = False
    ) -> None:
        super().__init__(code, message, column, line)
        self.at_end = at_end
