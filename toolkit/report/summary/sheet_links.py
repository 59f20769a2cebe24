"""Links to cells of the archived originals, of which a sheet has twenty thousand.

xlsxwriter takes each link apart, looks it over letter by letter and writes it attribute by
attribute. The names of the archive are hashes, in which there is nothing to look for: such a
link takes a short way here, to the same bytes, and any other the usual one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.url import UrlTypes
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellStringTuple, Worksheet

_MOST_COLUMNS = 16_384
_MOST_LINKS = 65_530
# A file of the archive: nothing in its name that xlsxwriter would encode.
_PLAIN_FILE = re.compile(r"external:\.\./[A-Za-z0-9._/-]+")
_LONGEST = 1000  # letters; xlsxwriter counts closer in longer links

letters = lru_cache(maxsize=_MOST_COLUMNS)(xl_col_to_name)


class _Link(NamedTuple):
    """A link to a cell of a file; ``target`` as xlsxwriter writes the path."""

    target: str
    place: str
    text: str


class LinkedSheet(Worksheet):  # type: ignore[misc]
    """A sheet of xlsxwriter that is quick with links. Cells are given by row and column."""

    def __init__(self) -> None:
        super().__init__()
        self._targets: dict[str, str] = {}

    def link(self, row: int, col: int, url: str) -> None:
        """Link a cell that is written on its own: ``write_url`` without what it shows."""
        if self._quick_link(row, col, url, ""):
            self.str_table._get_shared_string_index("")  # write_url writes this first
            return
        held = self.table[row].get(col)
        self._write_url(row, col, url, None, "")
        if held is None:
            self.table[row].pop(col, None)
        else:
            self.table[row][col] = held

    def write_url(
        self,
        row: int,
        col: int,
        url: str,
        cell_format: Format | None = None,
        string: str | None = None,
        tip: str | None = None,
    ) -> int:
        """As xlsxwriter's."""
        quick = cell_format is not None and string is not None and not tip
        if not quick or not self._quick_link(row, col, url, string or ""):
            return int(self._write_url(row, col, url, cell_format, string, tip))
        return int(self.write_string(row, col, string, cell_format))

    def _quick_link(self, row: int, col: int, url: str, text: str) -> bool:
        """Note a link to a cell of a file of the archive; False where it is anything else."""
        path, _, place = url.partition("#")
        target = self._targets.get(path)
        if target is None:
            if not _PLAIN_FILE.fullmatch(path):
                return False
            target = self._targets[path] = path.removeprefix("external:").replace("/", "\\")
        plain = "/" not in place and len(url) <= _LONGEST
        if not plain or self.hlink_count >= _MOST_LINKS or not self._fits(row, col):
            return False
        self.hlink_count += 1
        self.hyperlinks[row][col] = _Link(target, place, text)
        return True

    def _fits(self, row: int, col: int) -> bool:
        """Whether the cell is on the sheet; the sheet then reaches to it."""
        if self.dim_rowmin is None or self.dim_colmin is None:
            return not self._check_dimensions(row, col)
        if row > self.dim_rowmax or col > self.dim_colmax:
            return not self._check_dimensions(row, col)
        if row < self.dim_rowmin or col < self.dim_colmin:
            return not self._check_dimensions(row, col)
        return True

    # --- closing ------------------------------------------------------------------------------

    def _shows_text(self, row: int, col: int) -> bool:
        """Whether a linked cell holds a text; of a number the link is said to be its own."""
        cell = self.table[row].get(col)
        return cell is None or cell.__class__ is CellStringTuple

    def _write_hyperlinks(self) -> None:
        """All links, row by row."""
        if not self.hyperlinks:
            return
        self._xml_start_tag("hyperlinks")
        for row in sorted(self.hyperlinks):
            links = self.hyperlinks[row]
            for col in sorted(links):
                self._write_link(row, col, links[col])
        self._xml_end_tag("hyperlinks")

    def _write_link(self, row: int, col: int, link: Any) -> None:
        """One link."""
        text = self._shows_text(row, col)
        if link.__class__ is _Link:
            self.rel_count += 1
            place = f' location="{self._escape_attributes(link.place)}"' if link.place else ""
            shown = "" if text else f' display="{self._escape_attributes(link.text)}"'
            cell = f"{letters(col)}{row + 1}"
            self.fh.write(f'<hyperlink ref="{cell}" r:id="rId{self.rel_count}"{place}{shown}/>')
            self.external_hyper_links.append(["/hyperlink", link.target, "External"])
            return
        if not text:
            link._is_object_link = True
        if link._link_type in (UrlTypes.URL, UrlTypes.EXTERNAL):
            self.rel_count += 1
            self._write_hyperlink_external(row, col, self.rel_count, link)
            self.external_hyper_links.append(["/hyperlink", link._target(), "External"])
        else:
            self._write_hyperlink_internal(row, col, link)
