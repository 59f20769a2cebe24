"""Closing and reopening a period on record: whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from toolkit.errors import ToolkitError
from toolkit.register import rows
from toolkit.register.editions import edition_values, figure_rows
from toolkit.register.model import (
    Decision,
    Edition,
    EditionFile,
    EditionReturn,
    PublishedFigure,
    Submission,
)
from toolkit.register.store import Register


class ClosingRegister(Register):
    """The register with what closes periods, opens them again and sets up an earlier state."""

    @contextlib.contextmanager
    def closing(
        self,
        edition: Edition,
        returns: Sequence[Submission],
        figures: Sequence[PublishedFigure],
        files: Sequence[EditionFile],
    ) -> Iterator[None]:
        """Put an edition on record; what the block does, it does before that is final.

        ``returns`` are those of :meth:`on_record` that the figures were made from. Raises
        ToolkitError (``register.error.moved_on``) where something was received or decided
        since, and (``register.error.closed``) where the period was closed meanwhile.
        """
        with self._transaction():
            if known := self.closed(edition.period):
                raise ToolkitError("register.error.closed", edition=known.name, period=known.period)
            same = self.on_record() == tuple(returns)
            if not same or self.last_decision() != edition.decisions:
                raise ToolkitError("register.error.moved_on")
            held = [
                (s.sha256, s.unit, s.period, s.file, s.received.isoformat(), s.current)
                for s in returns
            ]
            self._write_edition(edition, held, figures, files)
            yield

    def _write_edition(
        self,
        edition: Edition,
        held: Sequence[tuple[object, ...]],
        figures: Sequence[PublishedFigure],
        files: Sequence[EditionFile],
    ) -> None:
        new_id = self._execute(
            "INSERT INTO editions (period, number, closed, reason, lang, programme, stored, "
            "fingerprint, judged_with, version, decisions, lacking) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *edition_values(edition),
        ).lastrowid
        assert new_id is not None
        self._insert_many(
            "INSERT INTO edition_periods VALUES (?, ?)", ((new_id, p) for p in edition.periods)
        )
        self._insert_many(
            "INSERT INTO edition_returns VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((new_id, *one) for one in held),
        )
        self._insert_many(
            "INSERT INTO edition_figures VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            figure_rows(new_id, figures),
        )
        self._insert_many(
            "INSERT INTO edition_files VALUES (?, ?, ?, ?)",
            ((new_id, f.name, f.sha256, f.size) for f in files),
        )

    def reopen(self, edition: Edition, moment: datetime, reason: str) -> tuple[Submission, ...]:
        """Let later returns count again for the periods of an edition.

        Gives the returns that count now and did not before. Raises ToolkitError where a
        longer period that keeps them is closed, and where the edition is reopened already.
        """
        with self._transaction():
            current = next((e for e in self.editions() if e.id == edition.id), edition)
            if current.reopened is not None:
                raise ToolkitError("register.error.reopened", edition=edition.name)
            for other in self.editions():
                if other.reopened is None and _keeps(other, edition):
                    raise ToolkitError(
                        "register.error.wider", edition=other.name, period=other.period
                    )
            before = {s.id for s in self.current(edition.periods)}
            self._execute(
                "INSERT INTO reopenings VALUES (?, ?, ?)",
                edition.id,
                moment.isoformat(timespec="seconds"),
                reason,
            )
            self._settle_periods(edition.periods)
            return tuple(s for s in self.current(edition.periods) if s.id not in before)

    def _settle_periods(self, periods: Sequence[str]) -> None:
        """Let what came while the periods were closed have its say."""
        placed = [s for s in self._placed() if s.period in periods]
        for item in placed:
            # Of bytes that came again the first day and name count.
            self._execute(
                "UPDATE submissions SET (received, file) = "
                "(SELECT received, file FROM receipts WHERE sha256 = ? "
                "ORDER BY received, file LIMIT 1) WHERE id = ? "
                "AND EXISTS (SELECT 1 FROM receipts WHERE sha256 = ?)",
                item.sha256,
                item.id,
                item.sha256,
            )
        for unit, period in sorted({(s.unit, s.period) for s in placed}):
            self._settle(unit, period)

    def replay(self, decisions: Sequence[Decision]) -> None:
        """Write decisions down as they were taken, those about returns that are on record."""
        with self._transaction():
            known = {s.sha256 for s in self._placed()}
            self._insert_many(
                f"INSERT INTO decisions ({rows.DECISION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (rows.decision_row(d) for d in decisions if d.sha256 in known),
            )

    def restore_decision(self, decision: Decision, number: int) -> bool:
        """Write a decision down again as the ``number``-th; False: its original is not there."""
        with self._transaction():
            if self._find(decision.sha256) is None:
                return False
            self._execute(
                f"INSERT INTO decisions (id, {rows.DECISION_COLUMNS}) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                number,
                *rows.decision_row(decision),
            )
            return True

    def restore_edition(
        self,
        edition: Edition,
        returns: Sequence[EditionReturn],
        figures: Sequence[PublishedFigure],
        files: Sequence[EditionFile],
    ) -> None:
        """Write an edition down again as it was closed. Its originals must be on record."""
        held = [
            (r.sha256, r.unit, r.period, r.file, r.received.isoformat(), r.counted) for r in returns
        ]
        with self._transaction():
            self._write_edition(edition, held, figures, files)

    def restore_reopening(self, name: str, moment: datetime, reason: str) -> bool:
        """Write down again that an edition was reopened; False where it is not on record."""
        with self._transaction():
            edition = next((e for e in self.editions() if e.name == name), None)
            if edition is None or edition.reopened is not None:
                return False
            said = moment.isoformat(timespec="seconds")
            self._execute("INSERT INTO reopenings VALUES (?, ?, ?)", edition.id, said, reason)
            return True

    def settle_all(self) -> None:
        """Find anew which return counts, for every unit and period."""
        with self._transaction():
            for unit, period in sorted({(s.unit, s.period) for s in self._placed()}):
                self._settle(unit, period)


def _keeps(other: Edition, edition: Edition) -> bool:
    """Whether the other was made on top of this one: of a longer period, or later of as long."""
    own, wider = set(edition.periods), set(other.periods)
    return wider > own or (wider == own and other.id > edition.id)
