"""Form, row, field, unit and period as a person types them on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from toolkit.consolidate.model import ROWS
from toolkit.consolidate.trace import Wanted
from toolkit.errors import ToolkitError
from toolkit.programme.model import FormKind
from toolkit.text import match_key, slug
from toolkit.workflow.named import any_period_named, unit_named

if TYPE_CHECKING:
    from toolkit.programme.model import Form, Period, Programme

T = TypeVar("T")

# What stands for all rows of a list, and for the number of its rows.
_ALL = frozenset(slug(word).casefold() for word in ("all", "tất cả", "tổng", "tổng cộng", "total"))
_COUNT = frozenset(slug(word).casefold() for word in ("rows", "số dòng", "so-dong", "count"))
_CLOSE = 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; ``period`` is None where none was named."""

    wanted: Wanted
    period: Period | None


def asked_for(
    programme: Programme, words: Sequence[str], unit: str = "", period: str = ""
) -> Asked:
    """FORM ROW FIELD [UNIT] [PERIOD] in words. A question is named once or twice; of a list
    the row may be left out, for all rows.

    Raises ToolkitError for a name that fits nothing, with those that come close, or several.
    """
    form = _one("form", words[0], [(f, (f.code, f.name)) for f in programme.forms])
    rest = list(words[1:])
    row, field, number = _row_and_field(programme, form, rest)
    for word in rest:
        if not period and (unit or _is_period(programme, word)):
            period = word
        elif not unit:
            unit = word
        else:
            raise ToolkitError("trace.too_many", word=word)
    whose = unit_named(programme, unit).code if unit else ""
    when = any_period_named(programme, period) if period else None
    return Asked(Wanted(form.code, row, field, whose, number), when)


def _row_and_field(programme: Programme, form: Form, rest: list[str]) -> tuple[str, str, str]:
    """The key of the row, the field and the number of a list's row; taken from ``rest``."""
    if not rest:
        raise ToolkitError("trace.no_row", form=form.code, rows=_rows(programme, form))
    if form.kind is FormKind.QUESTIONS:
        field = _field(form, rest.pop(0))
        if rest and _names_field(form, rest[0], field):
            rest.pop(0)
        return field, field, ""
    if form.kind is FormKind.OPEN:
        return ("", *_of_list(form, rest))
    items = [(i, (i.code, i.number, i.text)) for i in programme.items(form)]
    row = _one("row", rest.pop(0), items).code
    if not rest:
        raise ToolkitError("trace.no_field", form=form.code, fields=_fields(form))
    return row, _field(form, rest.pop(0)), ""


def _of_list(form: Form, rest: list[str]) -> tuple[str, str]:
    first = slug(rest[0]).casefold()
    number = ""
    if rest[0] == "*" or first in _ALL or rest[0].strip().lstrip("#").isdecimal():
        word = rest.pop(0).strip().lstrip("#")
        number = str(int(word)) if word.isdecimal() else ""
    if not rest:
        raise ToolkitError("trace.no_field", form=form.code, fields=_fields(form))
    word = rest.pop(0)
    if word == ROWS or slug(word).casefold() in _COUNT:
        return ROWS, number
    return _field(form, word), number


def _field(form: Form, word: str) -> str:
    return _one("field", word, [(f, (f.code, f.title)) for f in form.fields]).code


def _names_field(form: Form, word: str, code: str) -> bool:
    field = form.field(code)
    return word == "-" or _key(word) in {_key(field.code), _key(field.title)}


def _is_period(programme: Programme, word: str) -> bool:
    try:
        any_period_named(programme, word)
    except ToolkitError:
        return False
    return True


def _rows(programme: Programme, form: Form) -> str:
    if form.kind is FormKind.QUESTIONS:
        return _fields(form)
    if form.kind is FormKind.OPEN:
        return "1, 2, 3, …"
    return ", ".join(item.code for item in programme.items(form))


def _fields(form: Form) -> str:
    return ", ".join(field.code for field in form.fields)


def _key(word: str) -> str:
    return match_key(word).strip(" .,;:")


def _one(kind: str, word: str, known: Iterable[tuple[T, tuple[str, ...]]]) -> T:
    """The one thing a word names: by code, by name, by a name without its marks, or by the
    beginning of one."""
    things = list(known)
    key, bare = _key(word), slug(word).casefold()
    by_code = [t for t, names in things if names[0] == word.strip()]
    by_name = [t for t, names in things if key in {_key(n) for n in names if n}]
    unmarked = [t for t, names in things if bare in {slug(n).casefold() for n in names if n}]
    begun = [t for t, names in things if key and any(_key(n).startswith(key) for n in names[1:])]
    found = by_code or by_name or (unmarked if word.isascii() and bare else [])
    found = found or (begun if len(key) > 3 else [])
    if len(found) == 1:
        return found[0]
    names_of = {id(t): names for t, names in things}
    if found:
        raise ToolkitError(
            f"trace.{kind}_ambiguous", name=word, known=_listed(names_of[id(t)] for t in found)
        )
    by_key: dict[str, tuple[str, ...]] = {}
    for _, names in things:
        for name in names:
            if name:
                by_key.setdefault(slug(name).casefold()[: len(bare) + 8], names)
    close = get_close_matches(bare, by_key, 3, _CLOSE)
    near = list(dict.fromkeys(by_key[name] for name in close))
    if near:
        raise ToolkitError(f"trace.{kind}_close", name=word, known=_listed(near))
    raise ToolkitError(
        f"trace.{kind}_unknown", name=word, known=", ".join(names[0] for _, names in things)
    )


def _listed(found: Iterable[tuple[str, ...]]) -> str:
    return "; ".join(f"{' '.join(names[-1].split())[:60]} ({names[0]})" for names in found)
