"""The intake set for one programme, and the answers on record that its rules look back at."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Protocol, TypeVar

from toolkit.errors import ToolkitError, UnreadableFile
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.intake.history import History, no_history
from toolkit.workflow.copied import settle_copies
from toolkit.workflow.told import Told, told

if TYPE_CHECKING:
    from toolkit.intake.collect import Incoming
    from toolkit.intake.copies import Sign
    from toolkit.intake.isolated import Children
    from toolkit.intake.model import Answer, Judgement
    from toolkit.programme.model import Programme
    from toolkit.register.model import Submission, SubmissionDetail
    from toolkit.register.store import Register


def answers_on_record(folder: Folder, programme: Programme) -> History:
    """The answers of the returns that count, for rules that look at the period before."""
    from toolkit.register.store import Register

    if not looks_back(programme) or not folder.register.exists():
        return no_history
    with Register(folder.register, read_only=True) as register:
        known = {(d.submission.unit, d.submission.period): d.answers for d in register.details()}
    return lambda unit, period: known.get((unit, period), ())


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


AnOriginal = TypeVar("AnOriginal", bound="Original")

# Left behind by programs, never sent by a unit: said, but nothing to mend.
NO_RETURNS = frozenset({"collect.lock_file", "collect.system_file", "collect.hidden_file"})


@dataclass(frozen=True, slots=True)
class Judge:
    """The intake, set for one programme; see :func:`judging`."""

    programme: Programme
    history: History
    children: Children

    def all(self, given: Iterable[Incoming]) -> Iterator[tuple[Incoming, Judgement, bytes]]:
        """Each file given, the judgement on it, and its bytes (none where it cannot be read).

        In the order given; some files are read before the first judgement comes out.
        """
        waiting: deque[tuple[Incoming, Judgement | None, bytes]] = deque()

        def readable() -> Iterator[tuple[bytes, str]]:
            for incoming in given:
                try:
                    data = incoming.read()
                except UnreadableFile as error:
                    waiting.append((incoming, _not_read(incoming, error), b""))
                else:
                    waiting.append((incoming, None, data))
                    yield data, incoming.name

        for judgement in self.children.judge_all(readable()):
            while (one := waiting.popleft())[1] is not None:
                yield one[0], one[1], one[2]
            yield one[0], judgement, one[2]
        for incoming, refusal, data in waiting:
            if refusal is not None:
                yield incoming, refusal, data

    def original(self, one: Submission, folder: Folder) -> Judgement:
        """The judgement on a return from its archived original, by the programme as it is."""
        ((_, judgement),) = in_order_of_time([one], self, folder)
        return judgement


@contextmanager
def judging(programme: Programme, history: History, files: int = 1) -> Iterator[Judge]:
    """The intake for about so many files; its processes end with the block.

    Raises ToolkitError (``judging.bad_bound``) where the environment asks for bounds that
    are none.
    """
    from toolkit.intake.bounds import bounds_from
    from toolkit.intake.isolated import Children, children_for

    with Children(programme, history, bounds_from(), children_for(files)) as children:
        yield Judge(programme, history, children)


def _not_read(incoming: Incoming, error: UnreadableFile) -> Judgement:
    """Nothing to keep: a lock file, a file of the system, one that cannot be opened."""
    from toolkit.intake.model import Judgement, Outcome

    finding = Finding(
        error.key,
        Severity.NOTE if error.key in NO_RETURNS else Severity.ERROR,
        Address(incoming.name),
        params={key: str(value) for key, value in error.params.items()},
    )
    return Judgement(incoming.name, "", 0, Outcome.UNREADABLE, findings=(finding,))


def judge_again(
    register: Register, submissions: Iterable[Submission], judge: Judge, folder: Folder
) -> dict[str, Told]:
    """Replace what was read from these originals; what is kept of the judgements, by hash."""
    from toolkit.programme.fingerprint import judging_key

    key = judging_key(judge.programme)
    made: dict[str, Told] = {}
    known: dict[Sign, Sign] = {}
    for one, judgement in in_order_of_time(list(submissions), judge, folder):
        register.rejudge(one.sha256, judgement, key)
        made[one.sha256] = told(judge.programme, judgement, known)
    return made


class Original(Protocol):
    """A return in the archive."""

    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def period(self) -> str: ...  # noqa: D102
    @property
    def file(self) -> str: ...  # noqa: D102
    @property
    def stored(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102


def in_order_of_time(
    originals: Iterable[AnOriginal], judge: Judge, folder: Folder
) -> Iterator[tuple[AnOriginal, Judgement]]:
    """Originals judged anew, period after period.

    What a rule looks back at must be on record before the return that the rule is about is
    sent to be judged: the caller records each before it asks for the next. What was judged
    once and now takes too long (a busy machine, as a rule) is tried again.
    Raises ToolkitError where an original is gone or damaged, and (``judging.not_again``)
    where one that has its place cannot be judged within the bounds: it must not drop out.
    """
    from toolkit.intake.refused import given_up
    from toolkit.register.archive import load

    ends = {period.code: period.end.isoformat() for period in judge.programme.periods}

    def time(one: AnOriginal) -> tuple[str, str]:
        return ends.get(one.period, "~"), one.period

    for _, group in groupby(sorted(originals, key=time), time):
        files = list(group)
        for last in (False, True):
            contents = ((load(one.stored, one.sha256, folder.out), one.file) for one in files)
            again = []
            for one, judgement in zip(files, judge.children.judge_all(contents), strict=True):
                if not one.unit or not given_up(judgement):
                    yield one, judgement
                elif last:
                    raise ToolkitError("judging.not_again", file=one.file)
                else:
                    again.append(one)
            files = again


def settle_after(
    register: Register, changed: Iterable[tuple[str, str]], judge: Judge, folder: Folder
) -> dict[str, Told]:
    """Judge again what looks back at the returns of these units and periods.

    In order of time, since what is judged anew may be looked back at in its turn. Gives the
    new judgements by hash.
    """
    from toolkit.intake.check import previous_period

    programme, touched = judge.programme, set(changed)
    anew: dict[str, Told] = {}
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
        stale = len(register.stale(key))
    if not stale:
        return
    alone = nullcontext() if locked else at_work(folder.out)
    with (
        alone,
        Register(folder.register) as register,
        judging(programme, recorded_answers(register), stale) as judge,
    ):
        judged = judge_again(register, register.stale(key), judge, folder)
        settle_copies(register, programme, judged)


def current_details(folder: Folder, programme: Programme) -> tuple[SubmissionDetail, ...]:
    """The returns that count, judged by the programme as it is now."""
    bring_up_to_date(folder, programme)
    return recorded_details(folder)


def recorded_details(folder: Folder) -> tuple[SubmissionDetail, ...]:
    """The returns that count, as they were last judged."""
    from toolkit.consolidate.memory import no_cycle_search
    from toolkit.register.store import Register

    with Register(folder.register, read_only=True) as register, no_cycle_search():
        return register.details()
