"""The folder of a programme: where each kind of file stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.programme import FILE_NAME, INCOMING


@dataclass(frozen=True, slots=True)
class Folder:
    """``root`` holds the programme and what came in; everything written goes below ``out``.

    The two differ only where a folder is run without being touched (``run --out``).
    """

    root: Path
    out: Path

    @property
    def programme(self) -> Path:
        """The programme workbook."""
        return self.root / FILE_NAME

    @property
    def incoming(self) -> Path:
        """Where the clerk saves what comes in."""
        return self.root / INCOMING

    @property
    def register(self) -> Path:
        """The SQLite register."""
        return self.out / "baocao.db"

    def outgoing(self, period: str) -> Path:
        """The templates of a period."""
        return self.out / "gui-di" / period

    def returned(self, period: str) -> Path:
        """The copies that go back to the units of a period to be corrected."""
        return self.out / "tra-lai" / period

    def upward(self, period: str) -> Path:
        """The templates received from above, filled with the figures of a period."""
        return self.out / "chuyen-len" / period

    def reports(self, period: str) -> Path:
        """The summary workbook and charts of a period."""
        return self.out / "bao-cao" / period

    def summary(self, period: str) -> Path:
        """The summary workbook of a period."""
        return self.reports(period) / "tong-hop.xlsx"

    def page(self, period: str) -> Path:
        """The HTML page of a period."""
        return self.reports(period) / "trang.html"

    def review(self, period: str) -> Path:
        """The file the head office fills in with reviewed scores: it is read again, so it
        stays beside the programme."""
        return self.root / "cham-diem" / f"{period}.xlsx"

    @property
    def report_templates(self) -> tuple[Path, ...]:
        """Where the office's own template of the report may stand; the first is where it is
        written."""
        return tuple(dict.fromkeys(at / "bao-cao" / "mau.docx" for at in (self.out, self.root)))

    def charts(self, period: str) -> Path:
        """The chart pictures of a period."""
        return self.reports(period) / "bieu-do"

    @property
    def editions(self) -> Path:
        """What was published, an edition a folder."""
        return self.out / "an-ban"

    def edition(self, period: str, number: int) -> Path:
        """One edition. As deep as ``bao-cao/KỲ``: the links of a summary hold in both."""
        return self.editions / f"{period}-so-{number}"


def nearest(start: Path) -> Folder | None:
    """The nearest folder that holds a programme, from ``start`` upward; None where none does."""
    here = start.absolute()
    for candidate in (here, *here.parents):
        if (candidate / FILE_NAME).is_file():
            return Folder(candidate, candidate)
    return None


def find(start: Path | None = None, out: Path | None = None) -> Folder:
    """The folder given, or the nearest one upward from here that holds a programme.

    Raises ToolkitError where there is none.
    """
    if start is not None:
        if not (start / FILE_NAME).is_file():
            raise ToolkitError("error.no_programme_here", folder=str(start))
        return Folder(start, out or start)
    found = nearest(Path.cwd())
    if found is None:
        raise ToolkitError("error.no_programme_upward", folder=str(Path.cwd()))
    return Folder(found.root, out or found.root)
