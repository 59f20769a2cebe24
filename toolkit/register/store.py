"""The register: which file came when, what was read from it and which return counts.

Judges nothing. What counts follows from what is on record and never from the order in which
files were given: of the returns of one unit and period the newest counts (see
:func:`toolkit.register.order.age`), and bytes that came more than once are on record with the
first day and name they came under.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import Judgement, Outcome
from toolkit.register import rows
from toolkit.register.editions import EditionReader
from toolkit.register.model import Decision, Effect, Receipt, Submission
from toolkit.register.order import TWO_SAME_DAY, TWO_UNDECIDED, is_placed, same_day
from toolkit.register.schema import translated

OTHER_NAME = "register.other_name"
AFTER_CLOSING = "register.after_closing"

_COUNTED = (Severity.ERROR, Severity.WARNING)  # as submissions have columns for them


class Register(EditionReader):
    """The register at ``path``; use it as a context manager.

    With ``read_only`` nothing is ever written, and a register that is not there is an empty
    one. Raises ToolkitError when it is of a newer version, damaged, in use or not writable;
    so does every method.
    """

    def record(
        self, judgement: Judgement, received: date, stored: str, judged_with: str = ""
    ) -> Receipt:
        """Put one file given on record, whole or not at all, and say what that did.

        ``received`` is the day of receipt, ``stored`` the path of the archived copy and
        ``judged_with`` the fingerprint of the programme that judged. A file without bytes to
        keep (a lock file, one that could not be opened) has an empty ``sha256``: only its
        receipt is recorded, with the findings as the reason.

        Raises TypeError for an answer of a type there is no answer of, sqlite3.IntegrityError
        for two answers to one field.
        """
        with self._transaction():
            if not judgement.sha256:
                receipt = Receipt(
                    judgement.file, "", Effect.UNREADABLE, received, findings=judgement.findings
                )
            elif (known := self._find(judgement.sha256)) is not None:
                receipt = self._repeat(judgement, received, known, judged_with)
            else:
                receipt = self._first(judgement, received, stored, judged_with)
            self._write_receipt(receipt)
        return receipt

    def rejudge(self, sha256: str, judgement: Judgement, judged_with: str = "") -> Submission:
        """Replace what was read from an original by a new judgement on it.

        Its name, day of receipt and archived copy stay; its unit and period, and with them
        what counts, may change. Raises KeyError for an original that is not on record and
        ValueError for a judgement on another file.
        """
        if judgement.sha256 != sha256:
            raise ValueError("the judgement is on another file")
        with self._transaction():
            old = self._find(sha256)
            if old is None:
                raise KeyError(sha256)
            self._replace(old, judgement, judged_with)
            return self._get(old.id)

    def _replace(self, old: Submission, judgement: Judgement, judged_with: str) -> None:
        self._execute("DELETE FROM answers WHERE submission = ?", old.id)
        self._execute("DELETE FROM ledgers WHERE submission = ?", old.id)
        self._execute("DELETE FROM findings WHERE submission = ?", old.id)
        self._execute(
            "UPDATE submissions SET programme = ?, fingerprint = ?, judged_with = ?, "
            "unit = ?, period = ?, modified = ?, outcome = ?, proof = ?, current = 0 "
            "WHERE id = ?",
            *_judged(judgement, judged_with),
            old.id,
        )
        self._write_details(old.id, judgement)
        self._count_findings(old.id)
        for unit, period in sorted({(old.unit, old.period), (judgement.unit, judgement.period)}):
            self._settle(unit, period)

    def say(self, item: Submission, code: str, said: Finding | None) -> bool:
        """Make ``said`` the only finding of its code on a return, None taking it away.

        For what follows from the other returns on record. It stands before the findings on
        the return itself, and the outcome follows from them all. Whether that changed anything
        is given back.
        """
        before = self._select(
            f"SELECT {rows.FINDING_COLUMNS} FROM findings WHERE submission = ? AND code = ?",
            (item.id, code),
        )
        if [rows.finding(row, item.file) for row in before] == ([said] if said else []):
            return False
        with self._transaction():
            self._execute("DELETE FROM findings WHERE submission = ? AND code = ?", item.id, code)
            (first,) = self._select(
                "SELECT coalesce(min(seq), 0) AS n FROM findings WHERE submission = ?", (item.id,)
            )
            self._write_findings(
                rows.finding_rows(
                    [said] if said else [], item.file, submission_id=item.id, first=first["n"] - 1
                )
            )
            self._count_findings(item.id)
            self._execute(
                "UPDATE submissions SET outcome = iif(errors > 0, ?, ?) WHERE id = ?",
                Outcome.FINDINGS.value,
                Outcome.CLEAN.value,
                item.id,
            )
        return True

    def decide(self, decision: Decision) -> Submission:
        """Put the officer's decision on record and give the return it is about as it is now.

        Raises ToolkitError (``register.error.overtaken``) where another return counts for
        that unit and period by now: a decision is about what the officer has seen; and
        (``register.error.closed``) where the period is closed.
        """
        with self._transaction():
            for edition in self.holding(decision.period):
                raise ToolkitError(
                    "register.error.closed", edition=edition.name, period=edition.period
                )
            current = self._current_of(decision.unit, decision.period)
            if current is None or current.sha256 != decision.sha256:
                raise ToolkitError("register.error.overtaken")
            self._execute(
                f"INSERT INTO decisions ({rows.DECISION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                *rows.decision_row(decision),
            )
            return self._get(current.id)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Several recordings that reach the disk as one, which takes no longer than one alone.

        Each is still whole or not at all: those before one that fails stay on record.
        """
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self._execute("COMMIT")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        # IMMEDIATE: the lock is taken before anything is read, so that two commands cannot
        # both find a return missing.
        inner = self._connection.in_transaction
        self._execute("SAVEPOINT one" if inner else "BEGIN IMMEDIATE")
        try:
            yield
            self._execute("RELEASE one" if inner else "COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO one" if inner else "ROLLBACK")
            raise

    def _insert_many(self, sql: str, values: Iterator[tuple[object, ...]]) -> None:
        with translated(self._path):
            self._connection.executemany(sql, values)

    def _first(
        self, judgement: Judgement, received: date, stored: str, judged_with: str
    ) -> Receipt:
        """Record bytes that were never seen before."""
        before = self._current_of(judgement.unit, judgement.period)
        self._execute(
            "INSERT INTO originals VALUES (?, ?, ?)", judgement.sha256, stored, judgement.size
        )
        new_id = self._execute(
            "INSERT INTO submissions (programme, fingerprint, judged_with, unit, period, "
            "modified, outcome, proof, sha256, file, received, errors, warnings) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *_judged(judgement, judged_with),
            judgement.sha256,
            judgement.file,
            received.isoformat(),
            *(sum(f.severity is kind for f in judgement.findings) for kind in _COUNTED),
        ).lastrowid
        assert new_id is not None
        self._write_details(new_id, judgement)
        self._settle(judgement.unit, judgement.period, new=new_id)
        return self._arrived(self._get(new_id), received, before)

    def _arrived(self, new: Submission, received: date, before: Submission | None) -> Receipt:
        """What bytes did that have a place for the first time, or have none."""
        if not is_placed(new.outcome, new.unit, new.period):
            unreadable = new.outcome is Outcome.UNREADABLE
            effect = Effect.UNREADABLE if unreadable else Effect.UNIDENTIFIED
            return Receipt(new.file, new.sha256, effect, received)
        if editions := self.holding(new.period):
            said = _after_closing(new, [edition.name for edition in editions])
            return Receipt(
                new.file, new.sha256, Effect.AFTER_CLOSING, received, new, findings=(said,)
            )
        if before is None:
            return Receipt(new.file, new.sha256, Effect.RECORDED, received, new)
        return Receipt(
            file=new.file,
            sha256=new.sha256,
            effect=Effect.SUPERSEDES if new.current else Effect.SUPERSEDED,
            received=received,
            submission=new,
            supersedes=before.file,
            findings=same_day(self.history(new.unit, new.period), about=new),
        )

    def _repeat(
        self, judgement: Judgement, received: date, known: Submission, judged_with: str
    ) -> Receipt:
        """Note bytes that are on record already.

        Their name may tell whose they are, so a name under which they have a place goes
        before one without; then the first day and name count. What a closed period holds
        stays as it is.
        """
        before = (not is_placed(known.outcome, known.unit, known.period), known.received)
        now = (not is_placed(judgement.outcome, judgement.unit, judgement.period), received)
        earlier = (*now, judgement.file) < (*before, known.file)
        if earlier and not self.holding(known.period):
            counted = self._current_of(judgement.unit, judgement.period)
            self._execute(
                "UPDATE submissions SET received = ?, file = ? WHERE id = ?",
                received.isoformat(),
                judgement.file,
                known.id,
            )
            self._replace(known, judgement, judged_with)
            if now[0] < before[0]:
                return self._arrived(self._get(known.id), received, counted)
        note = Finding(
            OTHER_NAME,
            Severity.NOTE,
            Address(judgement.file),
            params={"file": judgement.file, "other": known.file},
        )
        placed = is_placed(known.outcome, known.unit, known.period)
        return Receipt(
            file=judgement.file,
            sha256=judgement.sha256,
            effect=Effect.DUPLICATE,
            received=received,
            submission=self._get(known.id) if placed else None,
            supersedes=known.file,
            findings=(note,) if judgement.file != known.file else (),
        )

    def _write_details(self, submission_id: int, judgement: Judgement) -> None:
        self._insert_many(
            f"INSERT INTO answers ({rows.ANSWER_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            rows.answer_rows(submission_id, judgement),
        )
        self._insert_many(
            "INSERT INTO ledgers VALUES (?,?,?,?,?,?,?)",
            rows.ledger_rows(submission_id, judgement),
        )
        self._write_findings(
            rows.finding_rows(judgement.findings, judgement.file, submission_id=submission_id)
        )

    def _write_findings(self, values: Iterator[tuple[object, ...]]) -> None:
        self._insert_many(
            f"INSERT INTO findings (submission, receipt, {rows.FINDING_COLUMNS}) "
            "VALUES (?,?,?,?,?,?,?,?,?,?)",
            values,
        )

    def _write_receipt(self, receipt: Receipt) -> None:
        receipt_id = self._execute(
            "INSERT INTO receipts (sha256, file, received, effect, supersedes) "
            "VALUES (?, ?, ?, ?, ?)",
            receipt.sha256 or None,
            receipt.file,
            receipt.received.isoformat(),
            receipt.effect.value,
            receipt.supersedes,
        ).lastrowid
        self._write_findings(
            rows.finding_rows(receipt.findings, receipt.file, receipt_id=receipt_id)
        )

    def _count_findings(self, submission_id: int) -> None:
        counted = (
            "(SELECT count(*) FROM findings f WHERE f.submission = submissions.id "
            "AND f.severity = ?)"
        )
        self._execute(
            f"UPDATE submissions SET errors = {counted}, warnings = {counted} WHERE id = ?",
            *(kind.value for kind in _COUNTED),
            submission_id,
        )

    def _settle(self, unit: str, period: str, new: int = 0) -> None:
        """Find anew which return of the unit and period counts, from all that is on record.

        The warning about two returns of one day stands on the one that counts, so that it is
        seen wherever its findings are. ``new`` is the return just put on record, if any.
        """
        if not (unit and period):
            return  # nobody's: none of them counts, and there may be thousands
        known = self.history(unit, period)
        held = self._held(0, "s.period = ? AND s.unit = ?", period, unit)
        returns = [item for item in known if item.id not in held]
        if [item.id for item in known] == [item.id for item in returns] == [new]:
            self._execute("UPDATE submissions SET current = 1 WHERE id = ?", new)
            return  # alone, as nearly always
        if not returns:
            self._execute(
                "UPDATE submissions SET current = 0 WHERE unit = ? AND period = ?", unit, period
            )
            return
        newest = returns[-1]
        self._execute(
            "UPDATE submissions SET current = 0 WHERE unit = ? AND period = ? AND id <> ?",
            unit,
            period,
            newest.id,
        )
        self._execute("UPDATE submissions SET current = 1 WHERE id = ?", newest.id)
        for item in known:
            self._execute(
                "DELETE FROM findings WHERE submission = ? AND code IN (?, ?)",
                item.id,
                TWO_SAME_DAY,
                TWO_UNDECIDED,
            )
        (last,) = self._select(
            "SELECT coalesce(max(seq), -1) AS n FROM findings WHERE submission = ?", (newest.id,)
        )
        said = same_day(returns, about=newest)
        self._write_findings(
            rows.finding_rows(said, newest.file, submission_id=newest.id, first=last["n"] + 1)
        )
        for item in known:
            self._count_findings(item.id)


def _after_closing(item: Submission, editions: Sequence[str]) -> Finding:
    params = {"editions": ", ".join(editions), "period": item.period}
    return Finding(AFTER_CLOSING, Severity.WARNING, Address(item.file), params=params)


def _judged(judgement: Judgement, judged_with: str) -> tuple[object, ...]:
    """programme, fingerprint, judged_with, unit, period, modified, outcome, proof."""
    return (
        judgement.programme,
        judgement.fingerprint,
        judged_with,
        judgement.unit,
        judgement.period,
        judgement.modified.isoformat() if judgement.modified else None,
        judgement.outcome.value,
        judgement.proof,
    )
