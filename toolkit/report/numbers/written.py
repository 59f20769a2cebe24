"""Numbers as they stand in a Vietnamese text: 1.234,5; 12,5%; 05/03/2024."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum

_TOKEN = re.compile(
    r"(?P<date>(?<!\d)\d{1,2}/\d{1,2}/\d{4}(?!\d))"
    r"|(?P<sign>(?<![\w)%])[-−])?(?P<number>\d+(?:[.,]\d+)*)(?P<percent>\s?%)?"
)
_VIETNAMESE = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
_ROOM = Context(prec=60)


class Kind(StrEnum):
    """What a number is: 94 and 94% are two things."""

    NUMBER = "number"
    PERCENT = "percent"  # of it the value is what stands before the sign
    DATE = "date"
    UNREADABLE = "unreadable"  # digits that are no Vietnamese number


@dataclass(frozen=True, slots=True)
class Token:
    """A number of a text, and where it stands there."""

    written: str
    kind: Kind
    value: Decimal | date | None
    places: int = 0
    start: int = 0


def tokens(text: str) -> Iterator[Token]:
    """The numbers of a text in order."""
    for match in _TOKEN.finditer(text):
        written = match.group().strip()
        if match["date"]:
            yield Token(written, Kind.DATE, _day(match["date"]), start=match.start())
            continue
        if not _VIETNAMESE.fullmatch(match["number"]):
            yield Token(written, Kind.UNREADABLE, None, start=match.start())
            continue
        plain = match["number"].replace(".", "").replace(",", ".")
        value = Decimal(plain)
        places = -int(value.as_tuple().exponent)
        kind = Kind.PERCENT if match["percent"] else Kind.NUMBER
        signed = value.copy_negate() if match["sign"] else value
        yield Token(written, kind, signed, places, match.start())


def _day(written: str) -> date | None:
    day, month, year = map(int, written.split("/"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers that may stand in a text: unrounded, percentages as what stands before the sign."""

    plain: frozenset[Decimal] = frozenset()
    percents: frozenset[Decimal] = frozenset()
    days: frozenset[date] = frozenset()

    def __or__(self, other: Numbers) -> Numbers:
        return Numbers(
            self.plain | other.plain, self.percents | other.percents, self.days | other.days
        )

    def holds(self, token: Token) -> bool:
        """Whether the token is one of them, rounded half up to the places that are written."""
        if token.kind is Kind.DATE:
            return token.value in self.days
        if not isinstance(token.value, Decimal):
            return False
        pool = self.percents if token.kind is Kind.PERCENT else self.plain
        return token.value in pool or any(
            rounded(known, token.places) == token.value for known in pool
        )


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, whatever the number of digits."""
    with localcontext(_ROOM):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
