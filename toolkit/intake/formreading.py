"""One form while it is read: its table, the fates of its cells, its findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.findings import Address, Finding
from toolkit.intake.cells import a1
from toolkit.intake.context import Key
from toolkit.intake.ledger import Fates, Place
from toolkit.intake.locate import Table
from toolkit.intake.shapes import Around, Shape
from toolkit.template.layout import ANSWER_KEY, SheetLayout


@dataclass(slots=True)
class FormReading:
    """One form while it is read."""

    file: str
    table: Table
    fates: Fates
    doubtful: Finding | None  # two sheets claim the form: the finding that says so
    findings: list[Finding]
    own_words: frozenset[str] = frozenset()  # what the programme says outside the tables
    older: bool = False  # made from another issue of the template
    parts: Around | None = None  # the sheet taken apart, where it may be of a known shape
    shape: Shape | None = None  # that shape
    # Answers that rest on an assumption or a text: Excel may have computed otherwise there.
    assumed: set[Key] = field(default_factory=set)

    @property
    def layout(self) -> SheetLayout:
        """The layout of the form."""
        return self.table.layout

    def address(self, place: Place) -> Address:
        """A cell of the form's sheet."""
        return Address(self.file, self.table.sheet.name, a1(*place))

    def doubt(self, row_key: str, code: str) -> Finding | None:
        """The finding by which nobody can tell whose answer the cell of row and field is."""
        column = ANSWER_KEY if self.layout.answer_column else code
        return (
            self.doubtful
            or self.table.faulted_rows.get(row_key)
            or self.table.faulted_columns.get(column)
        )

    @property
    def sheet_address(self) -> Address:
        """The form's sheet as a whole."""
        return Address(self.file, self.table.sheet.name)
