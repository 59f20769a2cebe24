"""``fill``: the template received from above, filled with the office's own figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.register.files import replacing
from toolkit.workflow.common import load_programme, must_exist, periods_of
from toolkit.workflow.judging import current_details

if TYPE_CHECKING:
    from toolkit.findings import Finding
    from toolkit.programme.model import Period, Programme
    from toolkit.upward.entries import Filling
    from toolkit.upward.package import Place, Typed
    from toolkit.upward.target import Target


@dataclass(frozen=True, slots=True)
class Filled:
    """A template filled: the workbook, the list of sources, what became of each figure."""

    period: Period
    unit: str  # the code of the office in the superior's programme
    workbook: Path
    record: Path
    fillings: tuple[Filling, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many figures met each fate."""
        from toolkit.upward.entries import Fate

        met = Counter(filling.fate for filling in self.fillings)
        return {fate.value: met[fate] for fate in Fate}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to be said, in the order of the sheet Chuyển lên."""
        return tuple(f.finding for f in self.fillings if f.finding is not None)


def fill(
    folder: Folder,
    template: Path,
    *,
    period: str = "",
    output: Path | None = None,
    lang: str = "vi",
) -> Filled:
    """Fill ``template`` by the sheet Chuyển lên; it is left as it is, a copy is made.

    ``period`` is the own period whose figures are wanted; without it the one of the same code
    as the template's. The copy stands in ``chuyen-len/PERIOD/`` under the template's name,
    its sources beside it. Raises ToolkitError where there is nothing to fill from or into,
    and where the copy would replace the template itself.
    """
    from toolkit.consolidate.consolidate import consolidate
    from toolkit.upward.entries import fillings
    from toolkit.upward.package import filled
    from toolkit.upward.record import write_record
    from toolkit.upward.target import read_target

    must_exist([template])
    programme = load_programme(folder)
    if not programme.transfers:
        raise ToolkitError("upward.no_transfers")
    data = template.read_bytes()
    target = read_target(data, template.name)
    own = _period(programme, target, period)
    made = output or folder.upward(own.code) / template.name
    if made.exists() and made.samefile(template):
        raise ToolkitError("upward.same_file", file=str(template))
    details = current_details(folder, programme)
    if not details:
        raise ToolkitError("error.nothing_received")
    settled = fillings(programme.transfers, consolidate(programme, own, details), target)
    content: dict[str, dict[Place, Typed]] = {}
    for filling in settled:
        if filling.typed is not None and filling.place is not None:
            content.setdefault(filling.sheet, {})[filling.place] = filling.typed
    record = made.with_name(f"{made.stem}_nguon-so-lieu.xlsx")
    with replacing(made) as aside:
        aside.write_bytes(filled(data, content))
    write_record(programme, own, settled, template.name, record, lang)
    return Filled(own, target.unit, made, record, settled)


def _period(programme: Programme, target: Target, asked: str) -> Period:
    """The own period whose figures go up."""
    if asked:
        return periods_of(programme, [asked])[0]
    known = [p for p in programme.periods if p.code == target.period]
    if not known:
        codes = ", ".join(p.code for p in programme.periods)
        raise ToolkitError("upward.which_period", period=target.period, known=codes)
    return known[0]
