"""The intake set for one programme, and the answers on record that its rules look back at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from toolkit.errors import UnreadableFile
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.intake.collect import Incoming
    from toolkit.intake.model import Answer, Judgement
    from toolkit.programme.model import Programme
    from toolkit.register.model import Submission, SubmissionDetail
    from toolkit.register.store import Register

# Gives the answers on record of a unit (its code) in a period (its code).
History: TypeAlias = "Callable[[str, str], Iterable[Answer]]"


def answers_on_record(folder: Folder, programme: Programme) -> History:
    """The answers of the returns that count, for rules that look at the period before."""
    from toolkit.register.store import Register

    if not looks_back(programme) or not folder.register.exists():
        return no_history
    with Register(folder.register, read_only=True) as register:
        known = {(d.submission.unit, d.submission.period): d.answers for d in register.details()}
    return lambda unit, period: known.get((unit, period), ())


def no_history(unit: str, period: str) -> tuple[Answer, ...]:
    """Nothing is on record, or no rule asks."""
    del unit, period
    return ()


def looks_back(programme: Programme) -> bool:
    """Whether a rule or formula speaks of the period before."""
    from toolkit.programme.language.walk import previous_references

    formulas = [f.formula for form in programme.forms for f in form.fields if f.formula]
    return any(
        previous_references(e) for e in (*formulas, *(r.expression for r in programme.rules))
    )


def recorded_answers(register: Register) -> History:
    """The answers of the returns that count, read as they stand when asked for."""

    def history(unit: str, period: str) -> tuple[Answer, ...]:
        detail = register.current_detail(unit, period)
        return detail.answers if detail else ()

    return history


# Left behind by programs, never sent by a unit: said, but nothing to mend.
NO_RETURNS = frozenset({"collect.lock_file", "collect.system_file", "collect.hidden_file"})


@dataclass(frozen=True, slots=True)
class Judge:
    """The intake, set for one programme."""

    programme: Programme
    history: History

    def of(self, incoming: Incoming) -> tuple[Judgement, bytes]:
        """The judgement on one file given, and its bytes (none where it cannot be read)."""
        from toolkit.intake.judge import judge
        from toolkit.intake.model import Judgement, Outcome

        try:
            data = incoming.read()
        except UnreadableFile as error:
            # Nothing to keep: a lock file, a file of the system, one that cannot be opened.
            finding = Finding(
                error.key,
                Severity.NOTE if error.key in NO_RETURNS else Severity.ERROR,
                Address(incoming.name),
                params={key: str(value) for key, value in error.params.items()},
            )
            return Judgement(incoming.name, "", 0, Outcome.UNREADABLE, findings=(finding,)), b""
        return judge(data, incoming.name, self.programme, self.history), data


def judge_again(
    register: Register, submissions: Iterable[Submission], judge: Judge, folder: Folder
) -> dict[str, Judgement]:
    """Replace what was read from these originals; the new judgements by hash."""
    from toolkit.intake.judge import judge as judge_bytes
    from toolkit.programme.fingerprint import judging_key
    from toolkit.register.archive import load

    key = judging_key(judge.programme)
    made = {}
    for one in submissions:
        data = load(one.stored, one.sha256, folder.out)
        judgement = judge_bytes(data, one.file, judge.programme, judge.history)
        register.rejudge(one.sha256, judgement, key)
        made[one.sha256] = judgement
    return made


def settle_after(
    register: Register, changed: Iterable[tuple[str, str]], judge: Judge, folder: Folder
) -> dict[str, Judgement]:
    """Judge again what looks back at the returns of these units and periods.

    In order of time, since what is judged anew may be looked back at in its turn. Gives the
    new judgements by hash.
    """
    from toolkit.intake.check import previous_period

    programme, touched = judge.programme, set(changed)
    anew: dict[str, Judgement] = {}
    for period in sorted(programme.collected_periods(), key=lambda p: p.end):
        before = previous_period(programme, period)
        if before is None:
            continue
        units = {unit for unit, code in touched if code == before.code}
        again = [s for s in register.current([period.code]) if s.unit in units]
        anew |= judge_again(register, again, judge, folder)
        touched |= {(s.unit, period.code) for s in again}
    return anew


def bring_up_to_date(folder: Folder, programme: Programme, *, locked: bool = False) -> None:
    """Judge again what is on record from an earlier version of the programme, if anything.

    ``locked``: the caller keeps other commands from changing the folder already.
    """
    from toolkit.programme.fingerprint import judging_key
    from toolkit.register.lock import at_work
    from toolkit.register.store import Register

    key = judging_key(programme)
    with Register(folder.register, read_only=True) as register:
        if not register.stale(key):
            return
    alone = nullcontext() if locked else at_work(folder.out)
    with alone, Register(folder.register) as register:
        judge_again(
            register, register.stale(key), Judge(programme, recorded_answers(register)), folder
        )


def current_details(folder: Folder, programme: Programme) -> tuple[SubmissionDetail, ...]:
    """The returns that count, judged by the programme as it is now."""
    from toolkit.register.store import Register

    bring_up_to_date(folder, programme)
    with Register(folder.register, read_only=True) as register:
        return register.details()
