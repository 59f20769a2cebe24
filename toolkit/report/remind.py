"""Chasing: who still owes what, and the words to tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path, PurePosixPath

from toolkit.findings import Finding, Severity
from toolkit.messages import message, text
from toolkit.programme.model import Period, Programme, Unit
from toolkit.report.official.telling import within

# Faults listed in a letter; more are counted. In a chat fewer are read.
MOST_IN_LETTER = 20
MOST_IN_CHAT = 5
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class ChaseKind(StrEnum):
    """Why a unit is written to."""

    MISSING = "missing"  # chưa gửi
    RETURNED = "returned"  # trả lại để bổ sung
    LATE = "late"  # gửi chậm: nothing to send, a word for the next time


@dataclass(frozen=True, slots=True)
class Chase:
    """One unit to write to about one period.

    ``due_in`` is the number of days from the day of writing to the due date (negative: past
    it; None: there is none). ``by`` is the day the unit is to answer by, None for at once.
    ``forms`` are the names of what is missing, ``errors`` what is to be mended and ``reason``
    the officer's words when the return was sent back. ``template`` is the name of the workbook
    that was sent out, ``correction`` the copy to mend, where there is one.
    """

    unit: Unit
    kind: ChaseKind
    due_in: int | None
    by: date | None
    received: date | None = None
    late_days: int = 0
    file: str = ""
    forms: tuple[str, ...] = ()
    errors: tuple[Finding, ...] = ()
    reason: str = ""
    template: str = ""
    correction: Path | None = None

    @property
    def days_late(self) -> int:
        """By how many days what is missing is overdue, or what came was late; 0 when neither."""
        if self.kind is not ChaseKind.MISSING:
            return self.late_days
        return max(0, -self.due_in) if self.due_in is not None else 0


@dataclass(frozen=True, slots=True)
class Chasing:
    """Everybody to write to about one period, in official order, as of the day ``on``."""

    programme: Programme
    period: Period
    on: date
    expected: int
    received: int
    chases: tuple[Chase, ...]

    def count(self, kind: ChaseKind) -> int:
        """How many units are written to for that reason."""
        return sum(chase.kind is kind for chase in self.chases)


def issuers(chasing: Chasing, lang: str) -> str:
    """The issuing bodies in one line."""
    return text("remind.and", lang).join(chasing.programme.issuers)


def day(value: date | None, lang: str) -> str:
    """A day as it is written in that language, "" for none."""
    if value is None:
        return ""
    return value.strftime("%d/%m/%Y") if lang == "vi" else value.isoformat()


def clean(words: str) -> str:
    """Text of a cell without the control characters that no document may hold."""
    return _CONTROL.sub(" ", words)


def file_stem(unit: Unit, template: str) -> str:
    """The name of a unit's message without its ending: that of its template."""
    return template.removesuffix(".xlsx") or unit.code


def subject(chasing: Chasing, chase: Chase, lang: str) -> str:
    """The subject of the letter."""
    key = f"remind.subject.{chase.kind}"
    return text(key, lang, period=period_name(chasing, lang), unit=chase.unit.name)


def period_name(chasing: Chasing, lang: str) -> str:
    """The period as it stands within a Vietnamese sentence: ``báo cáo quý I/2024``."""
    return within(chasing.period.name) if lang == "vi" else chasing.period.name


def letter(chasing: Chasing, chase: Chase, lang: str) -> str:
    """The whole letter as plain text."""
    return "\n".join(_lines(chasing, chase, lang, MOST_IN_LETTER)) + "\n"


def chat(chasing: Chasing, chase: Chase, lang: str) -> str:
    """The same in short, to paste in a chat."""
    return "\n".join(_lines(chasing, chase, lang, MOST_IN_CHAT, spaced=False)) + "\n"


def _lines(
    chasing: Chasing, chase: Chase, lang: str, most: int, *, spaced: bool = True
) -> Iterator[str]:
    gap = [""] if spaced else []
    yield text("remind.greeting", lang, unit=chase.unit.name)
    yield from gap
    yield opening(chasing, chase, lang)
    wanted = list(what(chase, lang, most))
    if wanted:
        yield text(f"remind.list.{chase.kind}", lang)
        yield from (f"- {line}" for line in wanted)
    yield from gap
    yield from _closing(chase, lang)
    yield from gap
    if spaced:
        yield text("remind.regards", lang)
    yield from chasing.programme.issuers


def opening(chasing: Chasing, chase: Chase, lang: str) -> str:
    """The sentence that says what is the matter."""
    key = chase.kind.value
    if chase.kind is ChaseKind.MISSING:
        key += _missing(chase)
    return text(
        f"remind.opening.{key}",
        lang,
        issuers=issuers(chasing, lang),
        programme=chasing.programme.name,
        period=period_name(chasing, lang),
        on=day(chasing.on, lang),
        due=day(chasing.period.due, lang),
        days=chase.late_days if chase.kind is ChaseKind.LATE else abs(chase.due_in or 0),
        received=day(chase.received, lang),
        # Without the folder that the clerk saved it in.
        file=clean(PurePosixPath(chase.file).name),
    )


def _missing(chase: Chase) -> str:
    if chase.due_in is None:
        return "_no_due"
    if chase.due_in == 0:
        return "_today"
    return "_soon" if chase.due_in > 0 else "_overdue"


def what(chase: Chase, lang: str, most: int = MOST_IN_LETTER) -> Iterator[str]:
    """What is missing or to be mended, one line each; the rest is counted."""
    yield from chase.forms
    if chase.reason:
        yield clean(chase.reason)
    for finding in chase.errors[:most]:
        yield _said(finding, lang)
    if len(chase.errors) > most:
        yield text("remind.more", lang, count=len(chase.errors) - most)


def _said(finding: Finding, lang: str) -> str:
    address = finding.address
    said = clean(" ".join(message(finding, lang).split()))
    if not address.sheet:
        return said
    key = "remind.place_cell" if address.cell else "remind.place_sheet"
    return text(key, lang, sheet=clean(address.sheet), cell=address.cell, said=said)


def _closing(chase: Chase, lang: str) -> Iterator[str]:
    if chase.kind is ChaseKind.LATE:
        yield text("remind.closing.late", lang)
        return
    key = "remind.by" if chase.by else "remind.at_once"
    by = text(key, lang, day=day(chase.by, lang))
    if chase.kind is ChaseKind.MISSING:
        yield text("remind.closing.missing", lang, file=chase.template, by=by)
        yield text("remind.closing.sent_already", lang)
    elif chase.correction is not None:
        yield text("remind.closing.correction", lang, file=chase.correction.name, by=by)
    else:
        yield text("remind.closing.returned", lang, by=by)


def state(chase: Chase, lang: str) -> str:
    """Where the unit stands, in a few words, for the chasing list."""
    if chase.kind is ChaseKind.MISSING:
        key = "overdue" if chase.days_late else "missing"
    else:
        key = "returned_late" if chase.kind is ChaseKind.RETURNED and chase.late_days else ""
        key = key or chase.kind.value
    return text(f"remind.state.{key}", lang, days=chase.days_late)


def wanted_by(chase: Chase, lang: str) -> str:
    """By when, for the chasing list; nothing is wanted of a unit that was only late."""
    if chase.kind is ChaseKind.LATE:
        return "—"
    return day(chase.by, lang) or text("remind.list_at_once", lang)


def counted(chasing: Chasing, lang: str) -> str:
    """The sentence that says how many owe, sent, are missing, to be corrected and late."""
    return text(
        "remind.document.counted",
        lang,
        on=day(chasing.on, lang),
        due=day(chasing.period.due, lang) or text("remind.document.no_due", lang),
        expected=chasing.expected,
        received=chasing.received,
        **{kind.value: chasing.count(kind) for kind in ChaseKind},
    )


def shortly(chase: Chase, lang: str, most: int = 6) -> tuple[str, ...]:
    """What is missing or to be mended, as lines short enough for a row of the chasing list."""
    if chase.kind is ChaseKind.LATE:
        return (text("remind.list_nothing", lang),)
    return tuple(f"- {line}" for line in what(chase, lang, most))


def is_error(finding: Finding) -> bool:
    """Whether the unit is asked to mend it."""
    return finding.severity is Severity.ERROR
