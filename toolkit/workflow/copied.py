"""Copies of another unit's return among what is on record, and among files only checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from toolkit.findings import Finding
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.intake.copies import Signs
    from toolkit.intake.model import Judgement
    from toolkit.programme.model import Programme
    from toolkit.register.model import Submission
    from toolkit.register.reading import Reader
    from toolkit.register.store import Register
    from toolkit.workflow.told import Told

_FEW = 16  # returns that are worth asking the register more than once


def settle_copies(
    register: Register,
    programme: Programme,
    judged: Mapping[str, Told],
    reopened: Collection[str] = (),
) -> dict[str, Finding | None]:
    """Put on record which returns that count are copies of another unit's, and which no more.

    ``judged`` are the returns that came in or were judged again, by hash; they, and all those
    of the periods ``reopened``, are compared with everything on record of their periods. Of
    two that are alike the newer is the copy (:func:`toolkit.register.order.age`), whatever the
    order they were given in. Gives what is said now, by hash, of ``judged`` and of every other
    return of which something else was said before.
    """
    from toolkit.intake.copies import COPIED
    from toolkit.register.order import age

    fresh = {sha: one.signs for sha, one in judged.items() if one.signs is not None}
    periods = sorted({one.period for one in fresh.values()} | set(reopened))
    if not periods:
        return {}
    with register.together():
        told = {s.sha256: s for s in register.told(COPIED) if s.period in periods}
        asked = None if reopened else judged.keys() | told.keys()
        current = {one.sha256: one for one in register.current(periods, asked)}
        signs = {
            sha: replace(fresh[sha], file=one.file) for sha, one in current.items() if sha in fresh
        }
        again = [s for sha, s in current.items() if sha in told or s.period in reopened]
        signs |= _recorded(register, programme, [s for s in again if s.sha256 not in signs])
        signs |= _near(register, programme, periods, signs)
        current |= {one.sha256: one for one in register.current(periods, signs.keys())}
        ordered = sorted((current[sha] for sha in signs), key=age)
        wanted = _copies(programme, {one.sha256: signs[one.sha256] for one in ordered})
        concerned = told | {sha: current[sha] for sha in wanted}
        changed = [
            sha for sha, one in concerned.items() if register.say(one, COPIED, wanted.get(sha))
        ]
    return {sha: wanted.get(sha) for sha in (*judged, *changed)}


def _signs(programme: Programme, one: Judgement) -> Signs:
    from toolkit.intake.copies import signs_of

    return signs_of(programme, one.unit, one.period, one.file, one.answers)


def _recorded(
    register: Reader, programme: Programme, submissions: Sequence[Submission]
) -> dict[str, Signs]:
    from toolkit.intake.copies import signs_of

    found = {}
    for detail in register.details_of(submissions):
        one = detail.submission
        found[one.sha256] = signs_of(programme, one.unit, one.period, one.file, detail.answers)
    return found


def _near(
    register: Reader, programme: Programme, periods: Collection[str], signs: Mapping[str, Signs]
) -> dict[str, Signs]:
    """The other returns on record that may be alike one of ``signs``, by their hash."""
    from toolkit.intake.copies import telling

    groups = {sha: heavy for sha, mine in signs.items() if (heavy := telling(mine))}
    known = len(register.current(periods, signs.keys()))
    if not groups or register.counting(periods) <= known:
        return {}
    near: set[int] | None = None
    # A number or two agree with hundreds of others; to make the signs of each takes long.
    steps = min(map(len, groups.values())) if len(groups) <= _FEW else 1
    for step in range(steps):
        asked = {(signs[sha].period, *sign) for sha in groups for sign in groups[sha][step]}
        near = _holding(register, asked, near)
    found = [one for one in register.numbered(near or ()) if one.sha256 not in signs]
    return _recorded(register, programme, found)


def _holding(
    register: Reader, asked: Collection[tuple[str, str, str, str, str]], among: set[int] | None
) -> set[int]:
    """The numbers of the returns that count and hold one of these signs of their period."""
    from toolkit.intake.copies import written

    found = set()
    for period in sorted({sign[0] for sign in asked}):
        places = {sign[1:4] for sign in asked if sign[0] == period}
        for submission, place, value in register.values(period, places, among):
            if (period, *place, written(value)) in asked:
                found.add(submission)
    return found


def _copies(programme: Programme, ordered: Mapping[str, Signs]) -> dict[str, Finding]:
    """What is to be said of the copies among returns, which are given oldest first."""
    from toolkit.intake.copies import say_copied, sources
    from toolkit.intake.waivers import excused

    found = {}
    for (key, mine), source in zip(ordered.items(), sources(ordered.values()), strict=True):
        if source is not None:
            said = say_copied(programme, mine, source)
            (found[key],) = excused(programme, mine.unit, mine.period, [said])
    return found


def with_copy(judgement: Judgement, said: Finding | None) -> Judgement:
    """The judgement with what is said now of its being a copy, and nothing said before."""
    from toolkit.findings import has_errors
    from toolkit.intake.copies import COPIED
    from toolkit.intake.model import Outcome

    found = tuple(f for f in judgement.findings if f.code != COPIED)
    if said is not None:
        found = (said, *found)
    if found == judgement.findings:
        return judgement
    outcome = Outcome.FINDINGS if has_errors(found) else Outcome.CLEAN
    return replace(judgement, findings=found, outcome=outcome)


def checked_for_copies(
    place: Folder, programme: Programme, judged: Sequence[tuple[Judgement, date]]
) -> list[Judgement]:
    """Files only checked, each with the day of receipt it would have: copies among them.

    They are compared with one another and with what counts on record in ``place``. What is on
    record is older than any file that is not.
    """
    from toolkit.register.order import age, moment
    from toolkit.register.store import Register

    known = {j.sha256: (j, day) for j, day in judged if j.unit and j.period}
    with Register(place.register, read_only=True) as register, register.snapshot():
        periods = sorted({j.period for j, _ in known.values()})
        current = register.current(periods)
        signs = {}
        for sha, (judgement, day) in known.items():
            mine = _signs(programme, judgement)
            signs[sha] = mine, (1, day, moment(judgement.modified), sha)
        near = _near(register, programme, periods, {sha: s for sha, (s, _) in signs.items()})
    for one in current:
        if one.sha256 in near or one.sha256 in signs:
            mine = near.get(one.sha256) or signs[one.sha256][0]
            signs[one.sha256] = mine, (0, *age(one))
    ordered = sorted(signs, key=lambda sha: signs[sha][1])
    found = _copies(programme, {sha: signs[sha][0] for sha in ordered})
    return [with_copy(j, found.get(j.sha256)) if j.sha256 in known else j for j, _ in judged]
