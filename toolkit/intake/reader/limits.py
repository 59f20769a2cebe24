"""How much one file may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for reading one file; sizes in bytes. A file beyond one is refused, not cut.

    The defaults keep a hostile file under about 1 GiB of memory and 20 seconds, and lie far
    above any real return (a country of 700 units in one sheet is some 50,000 cells).
    """

    max_bytes: int = 64 * _MIB  # the file itself
    max_uncompressed: int = 512 * _MIB  # all parts of an archive as declared
    max_part: int = 64 * _MIB  # one part, as really inflated
    max_tree: int = 24 * _MIB  # one part that is held in memory as a tree
    max_ratio: int = 400  # inflated : stored of one part (only looked at above 4 MiB)
    max_entries: int = 5_000  # parts in an archive
    max_sheets: int = 500
    max_cells: int = 200_000  # non-blank cells of all sheets
    max_merged: int = 200_000  # merged ranges of one sheet


DEFAULTS = Limits()
