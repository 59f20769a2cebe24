"""One form while it is read: its table, the fates of its cells, its findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.findings import Address, Finding
from toolkit.intake.cells import a1
from toolkit.intake.context import Key
from toolkit.intake.ledger import Fates, Place
from toolkit.intake.locate import Table
from toolkit.template.layout import ANSWER_KEY, SheetLayout


@dataclass(slots=True)
class FormReading:
    """One form while it is read."""

    file: str
    table: Table
    fates: Fates
    doubtful: bool
    findings: list[Finding]
    # Answers that rest on an assumption or a text: Excel may have computed otherwise there.
    assumed: set[Key] = field(default_factory=set)

    @property
    def layout(self) -> SheetLayout:
        """The layout of the form."""
        return self.table.layout

    def address(self, place: Place) -> Address:
        """A cell of the form's sheet."""
        return Address(self.file, self.table.sheet.name, a1(*place))

    def unattributable(self, row_key: str, code: str) -> bool:
        """Whether nobody can tell whose answer the cell of that row and field is."""
        column = ANSWER_KEY if self.layout.answer_column else code
        return (
            self.doubtful
            or row_key in self.table.faulted_rows
            or column in self.table.faulted_columns
        )

    @property
    def sheet_address(self) -> Address:
        """The form's sheet as a whole."""
        return Address(self.file, self.table.sheet.name)
