"""What a file can be refused for."""

from __future__ import annotations


class TableRefused(Exception):
    """A file or archive that is not taken. `code` is stable; the message is for a person."""

    def __init__(self, code: str, message: str, *, file: str = "") -> None:
        super().__init__(f"{file}: {message}" if file else message)
        self.code = code
        self.message = message
        self.file = file
