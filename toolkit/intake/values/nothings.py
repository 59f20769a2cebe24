"""The kinds of nothing: which words stand for nil, not applicable, not yet available.

The words are data of :class:`ValueRules`; a programme can hand in its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from toolkit.intake.model import State
from toolkit.text import match_key

# Domain facts: blank, "-", "không", "không có", "x", "không áp dụng", "chưa có số liệu" mean
# different things. "-" (nothing happened), "…" (no figure collected) and "x" (the cell does
# not apply) are the signs of Vietnamese statistical tables.
_EVERYWHERE = (
    ("không", State.NIL),
    ("không có", State.NIL),
    ("không phát sinh", State.NIL),
    ("ko", State.NIL),
    ("ko có", State.NIL),
    ("-", State.NIL),
    ("–", State.NIL),
    ("—", State.NIL),
    ("−", State.NIL),
    ("không áp dụng", State.NOT_APPLICABLE),
    ("không thuộc đối tượng", State.NOT_APPLICABLE),
    ("not applicable", State.NOT_APPLICABLE),
    ("chưa có số liệu", State.NOT_AVAILABLE),
    ("chưa tổng hợp", State.NOT_AVAILABLE),
    ("đang tổng hợp", State.NOT_AVAILABLE),
    ("chưa thống kê", State.NOT_AVAILABLE),
    ("not available", State.NOT_AVAILABLE),
)
# In a text field "x" is a tick and "NA" may be a name: there they stay text. "n/a" is read as
# "not available" because that leaves the unit in the denominator: the total shows a gap.
_NOT_IN_TEXT = (
    ("x", State.NOT_APPLICABLE),
    ("chưa có", State.NOT_AVAILABLE),
    ("chưa", State.NOT_AVAILABLE),
    ("…", State.NOT_AVAILABLE),
    ("na", State.NOT_AVAILABLE),
    ("n/a", State.NOT_AVAILABLE),
    ("none", State.NIL),
    ("nil", State.NIL),
    ("no", State.NIL),
)
_DRAWN_OUT = re.compile(r"(?:([-–—−…])\1+|\.{2,})")
_NIL_OF_UNIT = re.compile(r"(?:không|ko)(?: có| phát sinh)? (?P<what>.+?)(?: nào)?")


@dataclass(frozen=True, slots=True)
class ValueRules:
    """Which words stand for nothing, and for which kind.

    ``words`` hold in fields of every type, ``not_in_text`` in all but text fields (and win
    there). Spelling, case and tone position do not matter. Raises ValueError for a state that is
    no kind of nothing.
    """

    words: tuple[tuple[str, State], ...] = _EVERYWHERE
    not_in_text: tuple[tuple[str, State], ...] = _NOT_IN_TEXT
    _text: Mapping[str, State] = field(init=False, repr=False, compare=False)
    _other: Mapping[str, State] = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = {match_key(word): state for word, state in self.words}
        other = text | {match_key(word): state for word, state in self.not_in_text}
        if not {State.VALUE, State.UNREADABLE}.isdisjoint(other.values()):
            raise ValueError("a word for nothing cannot stand for a value or for a fault")
        object.__setattr__(self, "_text", text)
        object.__setattr__(self, "_other", other)
        object.__setattr__(self, "_longest", max(map(len, other), default=0))

    def state_of(self, text: str, *, in_text: bool = False) -> State | None:
        """The kind of nothing ``text`` stands for, or None where it stands for something."""
        if _DRAWN_OUT.fullmatch(text):
            text = text[0].replace(".", "…")
        elif len(text) > self._longest + 4:  # a full stop, a doubled space: no key is needed
            return None
        words = self._text if in_text else self._other
        key = match_key(text)
        return words.get(key) or words.get(key.rstrip(".;, "))

    def is_nil_of(self, text: str, unit_of_measure: str) -> bool:
        """Whether ``text`` says there is none of the unit: ``không có mô hình nào``."""
        match = _NIL_OF_UNIT.fullmatch(match_key(text).rstrip(".;, "))
        return bool(match and unit_of_measure and match["what"] == match_key(unit_of_measure))


DEFAULT_RULES = ValueRules()


@lru_cache(maxsize=64)
def with_wordings(rules: ValueRules, wordings: tuple[tuple[str, str], ...]) -> ValueRules:
    """``rules`` with a programme's own wordings (sheet Cách ghi) over them.

    A wording that is a common text ("x") stays text in text fields. Raises ValueError for a
    meaning that is no kind of nothing.
    """
    said = tuple((wording, State(meaning)) for wording, meaning in wordings)
    common = {match_key(word) for word, _ in rules.not_in_text}
    everywhere = tuple((word, state) for word, state in said if match_key(word) not in common)
    return replace(rules, words=rules.words + everywhere, not_in_text=rules.not_in_text + said)
