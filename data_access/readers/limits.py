"""How large a file may be. The application's settings hand their own numbers in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Above any of these a file is refused before it can fill the memory.

    ``max_bytes`` is the file on disk, ``max_unpacked_bytes`` what a workbook unpacks to,
    ``max_rows`` the last row number with something in it, ``max_columns`` the widest header.
    """

    max_bytes: int = 200 * 2**20
    max_unpacked_bytes: int = 4 * 2**30
    max_rows: int = 1_000_000
    max_columns: int = 400
