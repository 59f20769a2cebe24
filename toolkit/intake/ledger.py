"""The balance of a sheet: what became of each cell the sender filled.

Two counts that know nothing of each other: the non-blank cells of the sheet that are not the
template's own, and the fates given out one by one while reading. Where they differ a cell was
lost or counted twice, and the file's judgement is worth nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from toolkit.errors import ToolkitError
from toolkit.intake.cells import is_blank
from toolkit.intake.model import Ledger, RawSheet

Place = tuple[int, int]


class Fate(Enum):
    """What became of a cell: its answer, left out with a reason, or faulted."""

    USED = "used"
    IGNORED = "ignored"
    REJECTED = "rejected"


@dataclass(slots=True)
class Fates:
    """The fates of one sheet's cells while it is read, and the template's own cells."""

    file: str
    sheet: RawSheet
    given: dict[Place, Fate] = field(default_factory=dict)
    own: set[Place] = field(default_factory=set)

    def give(self, place: Place, fate: Fate) -> None:
        """Say what became of a non-blank cell. Raises ToolkitError if it was said before."""
        if place in self.given or place in self.own:
            raise ToolkitError("error.imbalance", file=self.file)
        self.given[place] = fate

    def keep(self, place: Place) -> None:
        """Note that a cell is the template's own and holds nothing the sender was asked."""
        if place in self.given:
            raise ToolkitError("error.imbalance", file=self.file)
        self.own.add(place)

    def settled(self, place: Place) -> bool:
        """Whether something was said of the cell already."""
        return place in self.given or place in self.own

    def ledger(self) -> Ledger:
        """The balance; raises ToolkitError where it does not come out even."""
        counts = Counter(self.given.values())
        nonempty = sum(
            1
            for place, cell in self.sheet.cells.items()
            if place not in self.own and not is_blank(cell)
        )
        ledger = Ledger(nonempty, counts[Fate.USED], counts[Fate.IGNORED], counts[Fate.REJECTED])
        if not ledger.balanced:
            raise ToolkitError("error.imbalance", file=self.file)
        return ledger
