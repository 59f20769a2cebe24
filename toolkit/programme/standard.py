"""The standard programmes, and starting a folder from one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.programme import FILE_NAME, INCOMING
from toolkit.programme.basics import EARLIEST_YEAR, LATEST_YEAR
from toolkit.programme.faults import listed
from toolkit.programme.read import read_folder
from toolkit.programme.shift import book_year, move_year, programme_values
from toolkit.programme.write import write_book

TEMPLATES = "workbook_templates"


@dataclass(frozen=True, slots=True)
class StandardProgramme:
    """A standard programme: ``path`` is its folder of CSV files."""

    name: str
    title: str
    issuer: str
    year: int
    path: Path


def templates_folder() -> Path:
    """Where the standard programmes stand: inside the package, or beside it in a checkout.

    Raises ToolkitError when neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / TEMPLATES, package.parent / TEMPLATES):
        if folder.is_dir():
            return folder
    raise ToolkitError("programme.error.no_templates")


def standard_programmes() -> tuple[StandardProgramme, ...]:
    """All standard programmes, by name."""
    found = []
    for folder in sorted(p for p in templates_folder().iterdir() if p.is_dir()):
        book = read_folder(folder)
        values = programme_values(book)
        title, issuer = values.get("name", ""), values.get("issuer", "")
        year = book_year(book)
        if title and year is not None:
            found.append(StandardProgramme(folder.name, title, issuer, year, folder))
    return tuple(found)


def start(name: str, folder: Path, year: int | None = None) -> Path:
    """Start a folder from a standard programme; the path of its ``chuong-trinh.xlsx``.

    Periods, due dates and the programme's name move to ``year`` (None: as they are).
    Raises ToolkitError for a name that is not among the standard programmes, a year that is
    none, and a folder that holds a programme already.
    """
    known = {programme.name: programme for programme in standard_programmes()}
    if name not in known:
        raise ToolkitError("programme.error.no_standard", name=name, known=listed(known))
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        limits = {"least": EARLIEST_YEAR, "most": LATEST_YEAR}
        raise ToolkitError("programme.error.year_range", year=year, **limits)
    target = folder / FILE_NAME
    if target.exists():
        raise ToolkitError("programme.error.folder_taken", folder=folder)
    book = read_folder(known[name].path)
    (folder / INCOMING).mkdir(parents=True, exist_ok=True)
    write_book(move_year(book, year) if year is not None else book, target)
    return target
