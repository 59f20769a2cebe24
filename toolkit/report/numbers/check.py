"""Every number of a document held against the consolidation and the programme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.report.numbers.known import Known
from toolkit.report.numbers.written import Numbers, Token, tokens
from toolkit.text import match_key

# A label this far from the beginning of a sentence still rules its numbers:
# "- Chỉ tiêu chưa đạt: <label>".
_LEAD = 30
_LEAST_LABEL = 8
# Less of a text than this may be another text.
_LEAST_CLIPPED = 20
_DIGITS = re.compile(r"\d+")
# Numbering of paragraphs: "1.", "2.1.", "a) 3)".
_NUMBERING = re.compile(r"^(?:[-–•+]\s*)?\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)](?=\s|$)")
# The name of a document, with the day it bears: "số 43-nq/tw, ngày 24/11/2023".
_DOCUMENT = re.compile(r"\bsố:? *\d+[-/][^\s,;.()]*[^\W\d_](?:,? ngày \d{1,2}/\d{1,2}/\d{4})?")
# What a clerk writes into the head: the number and the day of this very document.
_OWN_NUMBER = re.compile(r"\bsố:? *\d+ *[-/] *bc\S*")
_OWN_DAY = re.compile(r"\bngày \d{1,2} tháng \d{1,2} năm \d{4}")
_ORDINAL_HEADS = frozenset({"tt", "stt"})


@dataclass(frozen=True, slots=True)
class Stray:
    """A number that belongs to nothing: as written, and the text around it."""

    number: str
    around: str


def in_text(text: str, known: Known, *, head: bool = False) -> list[Stray]:
    """The stray numbers of a paragraph. ``head`` for the head of a document, which bears the
    document's own number and day."""
    key = match_key(text)
    if not _DIGITS.search(key):
        return []
    allowed = _ruled(key, known)
    rest = _bare(_without_phrases(_NUMBERING.sub(" ", key), known), head=head)
    return [_stray(token, text) for token in tokens(rest) if not allowed.holds(token)]


def in_row(
    cells: Sequence[str], heads: Sequence[str], place: int, known: Known
) -> Iterator[tuple[int, Stray]]:
    """The stray numbers of a row of a table, with the column of each (from 0).

    ``heads`` are the headings of the columns; ``place`` is the number of the row in the
    table, from 1, its heading not counted.
    """
    keys = [match_key(cell) for cell in cells]
    own = next((known.labels[key] for key in keys if key in known.labels), ())
    unit = next((known.units[key] for key in keys if key in known.units), None)
    for column, (cell, key) in enumerate(zip(cells, keys, strict=True)):
        if not _DIGITS.search(key):
            continue
        head = match_key(heads[column]) if column < len(heads) else ""
        if head in _ORDINAL_HEADS and (key in known.printed or key == str(place)):
            continue
        row = known.labels.get(head, own)
        allowed = _of(unit, row, known)
        rest = _bare(_without_phrases(_NUMBERING.sub(" ", key), known), head=False)
        for token in tokens(rest):
            if not allowed.holds(token):
                yield column, _stray(token, cell)


def of_point(series: str, category: str, value: Token, known: Known) -> list[Stray]:
    """Whether a value of a chart is stray; its category or its series says whose it is."""
    keys = (match_key(category), match_key(series))
    row = next((known.labels[key] for key in keys if key in known.labels), ())
    unit = next((known.units[key] for key in keys if key in known.units), None)
    allowed = _of(unit, row, known)
    return [] if allowed.holds(value) else [Stray(value.written, f"{category} – {series}")]


def _of(unit: str | None, rows: Iterable[int], known: Known) -> Numbers:
    """What may stand where a unit and the label of some rows meet, or one of the two is named."""
    rows = tuple(rows)
    if unit is not None and rows:
        return _any(known.by_unit_row.get((unit, row), Numbers()) for row in rows)
    if rows:
        return _any(known.rows[row] for row in rows)
    return known.by_unit.get(unit, Numbers()) if unit is not None else known.whole


def _any(every: Iterable[Numbers]) -> Numbers:
    allowed = Numbers()
    for numbers in every:
        allowed |= numbers
    return allowed


def _ruled(key: str, known: Known) -> Numbers:
    """The numbers of the rows whose labels the sentence begins with; else of everything."""
    found = {
        row
        for label, rows in known.labels.items()
        if len(label) >= _LEAST_LABEL and 0 <= key.find(label, 0, _LEAD + len(label)) <= _LEAD
        for row in rows
    }
    return _of(None, found, known)


def _bare(key: str, *, head: bool) -> str:
    """The text without the names of documents."""
    key = _DOCUMENT.sub(" ", key)
    if head:
        key = _OWN_DAY.sub(" ", _OWN_NUMBER.sub(" ", key))
    return key


def _without_phrases(key: str, known: Known) -> str:
    """The text without the texts of the programme and of answers, the longest first."""
    runs = set(_DIGITS.findall(key))
    likely = {phrase for run in runs for phrase in known.phrases.get(run, ())}
    if "…" in key:
        key = _without_clipped(key, sorted(p for p in likely if len(p) >= _LEAST_CLIPPED))
    found = [phrase for phrase in likely if phrase in key]
    for phrase in sorted(found, key=lambda phrase: (-len(phrase), phrase)):
        # Not in the middle of a longer word or number: "quý 1" is not in "quý 12".
        key = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w|\s?%|[.,/]\d)", " ", key)
    return key


def _without_clipped(key: str, phrases: Sequence[str]) -> str:
    """The text without beginnings of known texts that end in an ellipsis."""
    for phrase in phrases:
        start = key.find(phrase[:_LEAST_CLIPPED])
        end = key.find("…", start)
        if 0 <= start < end and phrase.startswith(key[start:end].rstrip()):
            key = key[:start] + key[end + 1 :]
    return key


def _stray(token: Token, text: str) -> Stray:
    flat = " ".join(text.split())
    at = max(0, flat.lower().find(token.written))
    around = flat[max(0, at - 40) : at + len(token.written) + 40]
    return Stray(token.written, around)
