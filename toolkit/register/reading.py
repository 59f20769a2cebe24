"""Reading the register: what counts, what came, what was read from it.

Every result is in an order of its own and never in that of the recording.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from sys import intern
from types import TracebackType
from typing import Self

from toolkit.findings import Severity
from toolkit.intake.model import Answer, AnswerValue
from toolkit.intake.waivers import waiver_code
from toolkit.register import rows
from toolkit.register.model import (
    Arrival,
    Decision,
    Effect,
    Receipt,
    Ruling,
    Submission,
    SubmissionDetail,
)
from toolkit.register.order import age, is_placed
from toolkit.register.schema import connect, translated

# A row of ``answers_frame_rows``, column by column as named below; ``stored`` is the path of
# the archived original.
AnswerRow = tuple[str, str, str, str, str, str, AnswerValue, str, str, str, str, str]
ANSWER_FRAME_COLUMNS = (
    "period",
    "unit",
    "form",
    "row",
    "field",
    "state",
    "value",
    "raw",
    "file",
    "sheet",
    "cell",
    "stored",
)


def _as_one(table: str, columns: str) -> str:
    """A query for all rows of a return as one text: made by SQLite, which takes a third of
    the time that a million rows take here."""
    texts = (f"coalesce({column.strip()}, '')" for column in columns.split(","))
    line = " || char(31) || ".join(texts)
    return f"SELECT submission || char(29) || group_concat({line}, char(30)) FROM {table}"


# What is read from the returns besides themselves.
_READ = (
    _as_one("answers", rows.ANSWER_COLUMNS),
    _as_one("findings", rows.FINDING_COLUMNS),
    _as_one("ledgers", "seq, sheet, nonempty, used, ignored, rejected"),
)
_GROUP = "GROUP BY submission ORDER BY submission"
# Returns read together: few statements, and never the whole register in memory.
_CHUNK = 200
_FEW = 16  # places that are looked up one by one


class Reader:
    """A register on disk and its queries; :class:`toolkit.register.store.Register` records."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._connection = connect(path, read_only=read_only)
        self._connection.row_factory = sqlite3.Row

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; closing twice does no harm."""
        self._connection.close()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several readings of one state, whatever another command records meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        self._execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def current(
        self, periods: Collection[str] | None = None, hashes: Collection[str] | None = None
    ) -> tuple[Submission, ...]:
        """The returns that count, by period, then unit; of all periods without ``periods``.

        With ``hashes`` only those of them.
        """
        where, params = "s.current = 1", tuple(periods or ())
        if periods is not None:
            where += f" AND s.period IN ({_marks(params)})"
        if hashes is None:
            return self._submissions(where, params)
        if len(hashes) > _CHUNK:  # more than a statement names
            return tuple(s for s in self._submissions(where, params) if s.sha256 in hashes)
        where += f" AND s.sha256 IN ({_marks(hashes)})"
        return self._submissions(where, (*params, *hashes))

    def counting(self, periods: Collection[str]) -> int:
        """How many returns of these periods count."""
        where = f"current = 1 AND period IN ({_marks(periods)})"
        found = self._select(f"SELECT count(*) FROM submissions WHERE {where}", tuple(periods))
        return int(found[0][0])

    def numbered(self, numbers: Collection[int]) -> tuple[Submission, ...]:
        """The returns of these numbers, by period, then unit."""
        held = list(numbers)
        parts = [held[start : start + _CHUNK] for start in range(0, len(held), _CHUNK)]
        found = [s for p in parts for s in self._submissions(f"s.id IN ({_marks(p)})", p)]
        return tuple(sorted(found, key=lambda s: (s.period, s.unit, s.received, s.file, s.sha256)))

    def current_periods(self) -> frozenset[str]:
        """The periods that have a return that counts."""
        found = self._select("SELECT DISTINCT period FROM submissions WHERE current = 1")
        return frozenset(row["period"] for row in found)

    def has_more_answers(self, most: int, periods: Collection[str]) -> bool:
        """Whether the returns of these periods that count hold more than ``most`` answers."""
        # Counted no further: of a whole country counting takes as long as other commands do.
        found = self._select(
            "SELECT 1 FROM submissions s JOIN answers a ON a.submission = s.id "
            f"WHERE s.current = 1 AND s.period IN ({_marks(periods)}) LIMIT 1 OFFSET ?",
            (*periods, most),
        )
        return bool(found)

    def history(self, unit: str, period: str) -> tuple[Submission, ...]:
        """Every return of one unit and period, the oldest first."""
        found = self._submissions("s.unit = ? AND s.period = ?", (unit, period))
        placed = [s for s in found if is_placed(s.outcome, s.unit, s.period)]
        return tuple(sorted(placed, key=age))

    def archived(self) -> Iterator[SubmissionDetail]:
        """Every return with a unit and period, also those no longer counting.

        By period, unit and age. Use it inside :meth:`snapshot` where another command may be
        recording.
        """
        every = self._submissions("TRUE", ())
        placed = [s for s in every if is_placed(s.outcome, s.unit, s.period)]
        yield from self._details(sorted(placed, key=lambda s: (s.period, s.unit, age(s))))

    def versions(self, unit: str, period: str) -> tuple[SubmissionDetail, ...]:
        """The returns of :meth:`history` with all that was read from them."""
        with self.snapshot():
            return tuple(self._details(self.history(unit, period)))

    def decisions(self, unit: str, period: str) -> tuple[Decision, ...]:
        """Every decision about the returns of one unit and period, the first taken first."""
        found = self._select(
            f"SELECT {rows.DECISION_COLUMNS} FROM decisions WHERE unit = ? AND period = ? "
            "ORDER BY id",
            (unit, period),
        )
        return tuple(rows.decision(row) for row in found)

    def unplaced(self) -> tuple[Submission, ...]:
        """The originals that belong to no unit and period: not identified, not readable."""
        every = self._submissions("s.current = 0", ())
        return tuple(s for s in every if not is_placed(s.outcome, s.unit, s.period))

    def unplaced_details(self) -> tuple[SubmissionDetail, ...]:
        """The originals of :meth:`unplaced` with what was found in them, by name."""
        with self.snapshot():
            found = sorted(self.unplaced(), key=lambda s: (s.file, s.sha256))
            return tuple(self._details(found))

    def stale(self, fingerprint: str) -> tuple[Submission, ...]:
        """The originals to judge again with the programme of that fingerprint.

        A unit's new alias or a new unit changes the fingerprint, so that what could not be
        identified is among them when it might be now.
        """
        return self._submissions("s.judged_with <> ?", (fingerprint,))

    def receipts(self) -> tuple[Receipt, ...]:
        """Every file given, every time, by day of receipt, then name.

        ``effect`` and ``findings`` are as of that time, ``submission`` as it stands now.
        """
        of_original = {
            s.sha256: s
            for s in self._submissions("TRUE", ())
            if is_placed(s.outcome, s.unit, s.period)
        }
        said: dict[int, list[sqlite3.Row]] = {}
        for row in self._select(
            f"SELECT receipt, {rows.FINDING_COLUMNS} FROM findings "
            "WHERE receipt IS NOT NULL ORDER BY receipt, seq"
        ):
            said.setdefault(row["receipt"], []).append(row)
        listed = self._select(
            "SELECT * FROM receipts ORDER BY received, file, coalesce(sha256, ''), id"
        )
        return tuple(
            Receipt(
                file=row["file"],
                sha256=row["sha256"] or "",
                effect=Effect(row["effect"]),
                received=date.fromisoformat(row["received"]),
                submission=of_original.get(row["sha256"]),
                supersedes=row["supersedes"],
                findings=tuple(rows.finding(f, row["file"]) for f in said.get(row["id"], ())),
            )
            for row in listed
        )

    def arrivals(self) -> tuple[Arrival, ...]:
        """Under which name and on which day each original came, the first recorded first."""
        found = self._select(
            "SELECT r.sha256, o.stored, r.file, r.received FROM receipts r "
            "JOIN originals o ON o.sha256 = r.sha256 ORDER BY r.id"
        )
        return tuple(
            Arrival(row["sha256"], row["stored"], row["file"], date.fromisoformat(row["received"]))
            for row in found
        )

    def originals(self) -> Mapping[str, str]:
        """Where each original on record is kept, by its hash."""
        found = self._select("SELECT sha256, stored FROM originals ORDER BY sha256")
        return {row["sha256"]: row["stored"] for row in found}

    def detail(self, submission_id: int) -> SubmissionDetail:
        """One return with all that was read from it; KeyError where there is none."""
        with self.snapshot():
            return next(self._details((self._get(submission_id),)))

    def current_detail(self, unit: str, period: str) -> SubmissionDetail | None:
        """The return that counts for one unit and period, whole; None where there is none."""
        with self.snapshot():
            found = self._current_of(unit, period)
            return None if found is None else next(self._details((found,)))

    def details(self, periods: Collection[str] | None = None) -> tuple[SubmissionDetail, ...]:
        """The returns that count with all that was read from them, by period, then unit."""
        with self.snapshot():
            return tuple(self.iter_details(periods))

    def details_of(self, submissions: Sequence[Submission]) -> Iterator[SubmissionDetail]:
        """These returns with all that was read from them, in the order given."""
        yield from self._details(submissions)

    def told(self, code: str) -> tuple[Submission, ...]:
        """The returns, also those that no longer count, with a finding of that code."""
        return self._submissions(
            "s.id IN (SELECT f.submission FROM findings f WHERE f.code = ?)", (code,)
        )

    def values(
        self,
        period: str,
        places: Collection[tuple[str, str, str]],
        among: Collection[int] | None = None,
    ) -> Iterator[tuple[int, tuple[str, str, str], AnswerValue]]:
        """The answers of a period that count, hold a value and stand in one of ``places``.

        A place is form, row and field; the number is that of the submission, one of ``among``
        where that is given. In no order.
        """
        if among is not None:
            numbers = list(among)
            for start in range(0, len(numbers), _CHUNK):
                yield from self._values(period, places, numbers[start : start + _CHUNK])
            return
        yield from self._values(period, places, ())

    def _values(
        self, period: str, places: Collection[tuple[str, str, str]], among: Sequence[int]
    ) -> Iterator[tuple[int, tuple[str, str, str], AnswerValue]]:
        # Read by the hundred thousand: nothing is made of a row that nobody asked for.
        few = [part for place in places for part in place] if len(places) <= _FEW else []
        # Each of a few is found by the index; of many, all that the return holds is read.
        wanted = f"CROSS JOIN (VALUES {_places(places)}) p " if few else ""
        place = " AND (a.form, a.row, a.field) = (p.column1, p.column2, p.column3)" if few else ""
        within = f" AND s.id IN ({_marks(among)})" if among else ""
        with translated(self._path):
            found = self._connection.execute(
                "SELECT a.submission, a.form, a.row, a.field, a.kind, a.value "
                f"FROM submissions s {wanted}CROSS JOIN answers a ON a.submission = s.id{place} "
                f"WHERE s.period = ? AND s.current = 1 AND a.state = 'value'{within}",
                (*few, period, *among),
            )
            for submission, form, row, field, kind, value in found:
                if (form, row, field) in places:
                    yield submission, (form, row, field), rows.decode(kind, value)

    def iter_details(self, periods: Collection[str] | None = None) -> Iterator[SubmissionDetail]:
        """The same as :meth:`details`, one after the other, in little memory.

        Use it inside :meth:`snapshot` where another command may be recording.
        """
        yield from self._details(self.current(periods))

    def contents(self, periods: Collection[str] | None = None) -> Iterator[bytes]:
        """All that :meth:`details` would give, in pieces for a digest: the same pieces for the
        same content, others for any other.

        Use it inside :meth:`snapshot` where another command may be recording.
        """
        for chunk in _chunks(self.current(periods)):
            yield repr(chunk).encode()
            ids = tuple(item.id for item in chunk)
            for read in _READ:
                for row in self._select(
                    f"{read} WHERE submission IN ({_marks(ids)}) {_GROUP}", ids
                ):
                    yield row[0].encode("utf-8", "surrogatepass")

    def answers_frame_rows(self, periods: Collection[str] | None = None) -> Iterator[AnswerRow]:
        """The answers that count as plain rows of ``ANSWER_FRAME_COLUMNS``.

        By period, unit, then the order in the return; values are Decimal, date, str or None.
        """
        # No Answer is made on the way: this is read by the million.
        for chunk in _chunks(self.current(periods)):
            answers = self._by_submission(rows.ANSWER_COLUMNS, "answers", chunk)
            for at in chunk:
                for row in answers.get(at.id, ()):
                    _, _, form, key, field, state, kind, value, raw, sheet, cell = row
                    yield (
                        at.period,
                        at.unit,
                        intern(form),
                        intern(key),
                        intern(field),
                        intern(state),
                        rows.decode(kind, value),
                        raw,
                        at.file,
                        intern(sheet),
                        intern(cell),
                        at.stored,
                    )

    def _execute(self, sql: str, *params: object) -> sqlite3.Cursor:
        with translated(self._path):
            return self._connection.execute(sql, params)

    def _select(self, sql: str, params: Sequence[object] = ()) -> list[sqlite3.Row]:
        with translated(self._path):
            return self._connection.execute(sql, params).fetchall()

    def _submissions(self, where: str, params: Sequence[object]) -> tuple[Submission, ...]:
        found = self._select(
            f"SELECT {rows.SUBMISSION_COLUMNS} FROM {rows.SUBMISSION_TABLES} WHERE {where} "
            "ORDER BY s.period, s.unit, s.received, s.file, s.sha256",
            params,
        )
        return tuple(self._covered(rows.submission(row)) for row in found)

    def _covered(self, item: Submission) -> Submission:
        """The return with the number of errors that its acceptance does not cover."""
        if item.decision is None or item.decision.ruling is not Ruling.ACCEPT or not item.errors:
            return item
        said = self._select(
            f"SELECT {rows.FINDING_COLUMNS} FROM findings WHERE submission = ? AND severity = ?",
            (item.id, Severity.ERROR.value),
        )
        waived = set(item.decision.waived)
        codes = (waiver_code(rows.finding(row, item.file)) for row in said)
        return replace(item, unwaived=sum(code not in waived for code in codes))

    def _find(self, sha256: str) -> Submission | None:
        return next(iter(self._submissions("s.sha256 = ?", (sha256,))), None)

    def _get(self, submission_id: int) -> Submission:
        found = self._submissions("s.id = ?", (submission_id,))
        if not found:
            raise KeyError(submission_id)
        return found[0]

    def _details(self, submissions: Sequence[Submission]) -> Iterator[SubmissionDetail]:
        for chunk in _chunks(submissions):
            answers = self._answers_of(chunk)
            findings = self._by_submission(f"submission, {rows.FINDING_COLUMNS}", "findings", chunk)
            ledgers = self._by_submission("*", "ledgers", chunk)
            for item in chunk:
                yield SubmissionDetail(
                    submission=item,
                    answers=answers.get(item.id, ()),
                    findings=tuple(rows.finding(r, item.file) for r in findings.get(item.id, ())),
                    ledgers=tuple(rows.ledger(r) for r in ledgers.get(item.id, ())),
                )

    def _answers_of(self, chunk: Sequence[Submission]) -> dict[int, tuple[Answer, ...]]:
        """The answers of these returns: read by the million, hence without named columns."""
        files = {item.id: item.file for item in chunk}
        with translated(self._path):
            found = self._connection.cursor()
            found.row_factory = None
            found.execute(
                f"SELECT {rows.READ_COLUMNS} FROM answers "
                f"WHERE submission IN ({_marks(files)}) ORDER BY submission, seq",
                tuple(files),
            )
            return {
                number: rows.answers(held, files[number])
                for number, held in groupby(found, itemgetter(0))
            }

    def _by_submission(
        self, columns: str, table: str, chunk: Sequence[Submission]
    ) -> dict[int, list[sqlite3.Row]]:
        grouped: dict[int, list[sqlite3.Row]] = {}
        ids = tuple(item.id for item in chunk)
        for row in self._select(
            f"SELECT {columns} FROM {table} WHERE submission IN ({_marks(ids)}) "
            "ORDER BY submission, seq",
            ids,
        ):
            grouped.setdefault(row["submission"], []).append(row)
        return grouped

    def _current_of(self, unit: str, period: str) -> Submission | None:
        found = self._submissions("s.unit = ? AND s.period = ? AND s.current = 1", (unit, period))
        return next(iter(found), None)


def _chunks(submissions: Sequence[Submission]) -> Iterator[Sequence[Submission]]:
    for start in range(0, len(submissions), _CHUNK):
        yield submissions[start : start + _CHUNK]


def _places(values: Collection[object]) -> str:
    return ", ".join(["(?, ?, ?)"] * len(values))


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
