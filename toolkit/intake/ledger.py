"""The balance of a sheet: what became of each cell the sender filled.

Two counts that know nothing of each other: the non-blank cells of the sheet that are not the
template's own, and the fates given out one by one while reading. Where they differ a cell was
lost or counted twice, and the file's judgement is worth nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding
from toolkit.intake.cells import a1, is_blank
from toolkit.intake.model import CellFate, Fate, Ledger, RawSheet

Place = tuple[int, int]


@dataclass(slots=True)
class Fates:
    """The fates of one sheet's cells while it is read, and the template's own cells."""

    file: str
    sheet: RawSheet
    given: dict[Place, Finding | None] = field(default_factory=dict)  # None: it was used
    rejected: set[Place] = field(default_factory=set)
    own: set[Place] = field(default_factory=set)

    def use(self, place: Place) -> None:
        """Say that a non-blank cell gave an answer. Raises ToolkitError if it was settled."""
        self._settle(place, None)

    def ignore(self, place: Place, said: Finding) -> None:
        """Say that a non-blank cell is left out, and the finding that tells the sender so.

        Raises ToolkitError if it was settled before.
        """
        self._settle(place, said)

    def reject(self, place: Place, said: Finding) -> None:
        """Say that a non-blank cell cannot be taken, and the finding that tells why.

        Raises ToolkitError if it was settled before.
        """
        self._settle(place, said)
        self.rejected.add(place)

    def _settle(self, place: Place, said: Finding | None) -> None:
        if place in self.given or place in self.own:
            raise ToolkitError("error.imbalance", file=self.file)
        self.given[place] = said

    def keep(self, place: Place) -> None:
        """Note that a cell is the template's own and holds nothing the sender was asked."""
        if place in self.given:
            raise ToolkitError("error.imbalance", file=self.file)
        self.own.add(place)

    def settled(self, place: Place) -> bool:
        """Whether something was said of the cell already."""
        return place in self.given or place in self.own

    def fate(self, place: Place) -> Fate:
        """What became of a cell that something was said of."""
        if self.given[place] is None:
            return Fate.USED
        return Fate.REJECTED if place in self.rejected else Fate.IGNORED

    def left_out(self) -> Iterator[CellFate]:
        """The cells that gave no answer, in order, each with the finding that says why."""
        for place, said in sorted(self.given.items(), key=lambda pair: pair[0]):
            if said is not None:
                shown = self.sheet.cells[place].shown()
                where = Address(self.file, self.sheet.name, a1(*place))
                yield CellFate(where, self.fate(place), shown, said.code, said.address)

    def ledger(self) -> Ledger:
        """The balance; raises ToolkitError where it does not come out even."""
        counts = Counter(self.fate(place) for place in self.given)
        nonempty = sum(
            1
            for place, cell in self.sheet.cells.items()
            if place not in self.own and not is_blank(cell)
        )
        ledger = Ledger(nonempty, counts[Fate.USED], counts[Fate.IGNORED], counts[Fate.REJECTED])
        if not ledger.balanced:
            raise ToolkitError("error.imbalance", file=self.file)
        return ledger
