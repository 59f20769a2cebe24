"""Reading the editions: what was published of which period, and what they keep as it is.

While an edition is closed, only the returns that were on record when it was closed can count
for its periods; one that comes later is *held back* until the edition is reopened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from toolkit.intake.model import State
from toolkit.register import rows
from toolkit.register.model import (
    Decision,
    Edition,
    EditionFile,
    EditionReturn,
    PublishedFigure,
    Submission,
    SubmissionDetail,
)
from toolkit.register.order import age, is_placed
from toolkit.register.reading import Reader

_FIGURE_COLUMNS = (
    "form, row, field, scope, whose, period, measure, state, kind, value, cells"  # after seq
)


class EditionReader(Reader):
    """A register and its editions."""

    def editions(self, period: str | None = None) -> tuple[Edition, ...]:
        """Every edition, or those of one period, in the order of closing."""
        found = self._select(
            "SELECT e.*, r.reopened, r.reason AS reopened_why FROM editions e "
            "LEFT JOIN reopenings r ON r.edition = e.id ORDER BY e.id"
        )
        inside: dict[int, list[str]] = {}
        for row in self._select("SELECT edition, period FROM edition_periods ORDER BY period"):
            inside.setdefault(row["edition"], []).append(row["period"])
        every = (_edition(row, tuple(inside.get(row["id"], ()))) for row in found)
        return tuple(e for e in every if period is None or e.period == period)

    def closed(self, period: str) -> Edition | None:
        """The edition by which a period is closed; None while it is open."""
        return next((e for e in self.editions(period) if e.reopened is None), None)

    def holding(self, period: str) -> tuple[Edition, ...]:
        """The closed editions that keep the returns of a period as they are."""
        return tuple(e for e in self.editions() if e.reopened is None and period in e.periods)

    def held_back(self) -> tuple[Submission, ...]:
        """The returns received for a period that was closed already, by period, unit, age."""
        held = self._held()
        return tuple(s for s in self._placed() if s.id in held) if held else ()

    def on_record(self) -> tuple[Submission, ...]:
        """Every return that can count or could have, those held back left out."""
        return self._allowed(self._placed())

    def would_count(self, ignoring: Edition) -> tuple[SubmissionDetail, ...]:
        """The returns that would count if ``ignoring`` were reopened, by period, then unit."""
        newest: dict[tuple[str, str], Submission] = {}
        for item in self._allowed(self._placed(), ignoring.id):
            newest[item.period, item.unit] = item  # the oldest first
        chosen = [newest[key] for key in sorted(newest)]
        return tuple(self._details([replace(item, current=True) for item in chosen]))

    def edition_returns(self, edition: int) -> tuple[EditionReturn, ...]:
        """The returns on record when an edition was closed, by period, unit, age."""
        found = self._select(
            "SELECT r.*, o.stored FROM edition_returns r JOIN originals o ON o.sha256 = r.sha256 "
            "WHERE r.edition = ? ORDER BY r.period, r.unit, r.received, r.file, r.sha256",
            (edition,),
        )
        return tuple(
            EditionReturn(
                row["sha256"],
                row["stored"],
                row["unit"],
                row["period"],
                row["file"],
                date.fromisoformat(row["received"]),
                bool(row["counted"]),
            )
            for row in found
        )

    def edition_figures(self, edition: int) -> tuple[PublishedFigure, ...]:
        """Every figure of an edition, in its order."""
        found = self._select(
            f"SELECT {_FIGURE_COLUMNS} FROM edition_figures WHERE edition = ? ORDER BY seq",
            (edition,),
        )
        return tuple(_figure(row) for row in found)

    def edition_files(self, edition: int) -> tuple[EditionFile, ...]:
        """The files of an edition, by name."""
        found = self._select(
            "SELECT name, sha256, size FROM edition_files WHERE edition = ? ORDER BY name",
            (edition,),
        )
        return tuple(EditionFile(row["name"], row["sha256"], row["size"]) for row in found)

    def decisions_until(self, last: int) -> tuple[Decision, ...]:
        """The decisions taken until that one, the first taken first."""
        found = self._select(
            f"SELECT {rows.DECISION_COLUMNS} FROM decisions WHERE id <= ? ORDER BY id", (last,)
        )
        return tuple(rows.decision(row) for row in found)

    def last_decision(self) -> int:
        """The id of the last decision taken; 0 where there is none."""
        (row,) = self._select("SELECT coalesce(max(id), 0) AS n FROM decisions")
        return int(row["n"])

    def _placed(self) -> tuple[Submission, ...]:
        every = self._submissions("s.unit <> '' AND s.period <> ''", ())
        placed = [s for s in every if is_placed(s.outcome, s.unit, s.period)]
        return tuple(sorted(placed, key=lambda s: (s.period, s.unit, age(s))))

    def _allowed(self, returns: Iterable[Submission], ignoring: int = 0) -> tuple[Submission, ...]:
        """Those of the returns that no closed edition (but the one ignored) holds back."""
        held = self._held(ignoring)
        return tuple(s for s in returns if s.id not in held)

    def _held(self, ignoring: int = 0, where: str = "TRUE", *params: str) -> frozenset[int]:
        """The ids of the returns (all, or some of ``submissions s``) that a closed edition
        holds back.
        """
        found = self._select(
            "SELECT s.id FROM submissions s JOIN edition_periods p ON s.period = p.period "
            f"WHERE {where} AND p.edition <> ? "
            "AND p.edition NOT IN (SELECT edition FROM reopenings) "
            "AND NOT EXISTS (SELECT 1 FROM edition_returns r WHERE r.edition = p.edition "
            "AND r.sha256 = s.sha256 AND r.unit = s.unit AND r.period = s.period)",
            (*params, ignoring),
        )
        return frozenset(row["id"] for row in found)


def edition_values(edition: Edition) -> tuple[object, ...]:
    """The row of an edition but for its id."""
    return (
        edition.period,
        edition.number,
        edition.closed.isoformat(timespec="seconds"),
        edition.reason,
        edition.lang,
        edition.programme,
        edition.stored,
        edition.fingerprint,
        edition.judged_with,
        edition.version,
        edition.decisions,
        json.dumps(edition.lacking, ensure_ascii=False),
    )


def figure_rows(edition: int, figures: Sequence[PublishedFigure]) -> Iterator[tuple[object, ...]]:
    """The rows of the figures of an edition."""
    for seq, one in enumerate(figures):
        kind, value = rows.encode(one.value)
        cells = json.dumps(one.cells, ensure_ascii=False) if one.cells else "[]"
        yield (edition, seq, *one.key, one.state.value, kind, value, cells)


def _edition(row: sqlite3.Row, periods: tuple[str, ...]) -> Edition:
    reopened = row["reopened"]
    return Edition(
        id=row["id"],
        period=row["period"],
        number=row["number"],
        closed=datetime.fromisoformat(row["closed"]),
        reason=row["reason"],
        lang=row["lang"],
        programme=row["programme"],
        stored=row["stored"],
        fingerprint=row["fingerprint"],
        judged_with=row["judged_with"],
        version=row["version"],
        decisions=row["decisions"],
        periods=periods,
        lacking=tuple((unit, period, state) for unit, period, state in json.loads(row["lacking"])),
        reopened=datetime.fromisoformat(reopened) if reopened else None,
        reopened_why=row["reopened_why"] or "",
    )


def _figure(row: sqlite3.Row) -> PublishedFigure:
    form, key, field, scope, whose, period, measure, state, kind, value, cells = row
    return PublishedFigure(
        form,
        key,
        field,
        scope,
        whose,
        period,
        measure,
        State(state),
        rows.decode(kind, value),
        () if cells == "[]" else tuple((p, s, c) for p, s, c in json.loads(cells)),
    )
