"""The tasks of a plan without a table: numbered paragraphs below sections I, II, III."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from toolkit.plan.model import Doubt, Paragraph, Place, Plan, Task
from toolkit.plan.wash import wash
from toolkit.text import match_key

_SECTION = re.compile(r"([IVXLC]+)\s*[.)]\s+(\S.*)", re.DOTALL)
_STEP = re.compile(r"(Bước\s+\d{1,2})\s*[:.]\s*(\S.*)", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})[.)]?\s+(\S.*)|(\d{1,2})[.)]\s+(\S.*)", re.DOTALL)
_LETTER = re.compile(r"([a-zđ])[.)]\s+(\S.*)", re.DOTALL)
_BULLET = re.compile(r"([-–+•])\s+(\S.*)", re.DOTALL)
# Sections that say why, who may register or who carries out, and hold no tasks.
_NO_TASKS = (
    "mục đích", "yêu cầu", "tổ chức thực hiện", "đối tượng", "số lượng", "kinh phí", "căn cứ",
    "điều khoản", "quan điểm",
)  # fmt: skip
_END = ("nơi nhận", "người ký", "t/m ", "tm. ", "k/t ", "kt. ")
_TIME = re.compile(
    r"(?:chậm nhất|hoàn thành trước|xong trước|trước)\s+(?:là\s+)?ngày\s+\d{1,2}/\d{1,2}/\d{4}",
    re.IGNORECASE,
)
_STEP_LEVEL, _LETTER_LEVEL, _BULLET_LEVEL = 1, 8, 9
_ENDS = (".", ";", ":", "!", "?", "”", '"', ")", "./.")


@dataclass(slots=True)
class _Node:
    """A numbered paragraph with what stands below it."""

    number: str
    pieces: list[str]  # its paragraphs, each with what stands before it
    level: int
    place: Place
    doubts: list[Doubt] = field(default_factory=list)
    below: list[_Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The paragraphs as one text."""
        return "".join(self.pieces)


def read_outline(file: str, paragraphs: Iterable[Paragraph]) -> Plan:
    """The plan in numbered paragraphs; without tasks where there are none.

    Where the plan has sections in Roman numbers, those about purpose, quotas or carrying out
    are left out and named. What stands behind "Nơi nhận" is no part of it.
    """
    top = _Node("", [], -1, Place("line"))
    path = [top]
    for paragraph in paragraphs:
        text = wash(paragraph.text).text
        if match_key(text).startswith(_END):
            break
        _place(path, paragraph, text)
    sections = [node for node in top.below if node.level == 0] or [top]
    kept = [node for node in sections if not _holds_no_tasks(node)]
    tasks = [task for node in kept for task in _tasks(node, ())]
    skipped = tuple(
        (f"{node.number}. {node.text}", _size(node)) for node in sections if node not in kept
    )
    return Plan(file, tuple(tasks), skipped=skipped)


def _holds_no_tasks(node: _Node) -> bool:
    name = match_key(node.text)
    return any(word in name for word in _NO_TASKS)


def _size(node: _Node) -> int:
    return sum(1 + _size(child) for child in node.below)


def _place(path: list[_Node], paragraph: Paragraph, text: str) -> None:
    """Hang the paragraph below the one it belongs to, or add it to the one before it."""
    found = _read(text)
    if found is None:
        _go_on(path[-1], text)
        return
    number, rest, level = found
    while path[-1].level >= level:
        path.pop()
    node = _Node(number, [rest], level, paragraph.place)
    if paragraph.counted:
        node.doubts.append(Doubt("counted", "number"))
    path[-1].below.append(node)
    path.append(node)


def _read(text: str) -> tuple[str, str, int] | None:
    """Number, text and level of a numbered paragraph; None for any other."""
    if found := _SECTION.fullmatch(text):
        return found[1], found[2], 0
    if found := _STEP.fullmatch(text):
        return " ".join(found[1].split()), found[2], _STEP_LEVEL
    if found := _NUMBER.fullmatch(text):
        number, rest = found[1] or found[3], found[2] or found[4]
        return number, rest, 1 + number.count(".")
    if found := _LETTER.fullmatch(text):
        return found[1], found[2], _LETTER_LEVEL
    if found := _BULLET.fullmatch(text):
        return "-", found[2], _BULLET_LEVEL
    return None


def _go_on(node: _Node, text: str) -> None:
    """A paragraph without number belongs to the one before; a page break may have cut it."""
    if node.level < 0:
        return  # the head of the document
    cut = text[:1].islower()
    node.pieces.append(f" {text}" if cut else f"\n{text}")
    joined = Doubt("joined", "text")
    if cut and joined not in node.doubts:
        node.doubts.append(joined)


def _tasks(node: _Node, above: Sequence[_Node]) -> list[Task]:
    """The tasks of a node: its leaves, each with the headings above it as its group."""
    path = (*above, node) if node.level >= 0 else above
    if node.below:
        return [task for child in node.below for task in _tasks(child, path)]
    if node.level <= 0:
        return []
    doubts = list(node.doubts)
    text = node.text
    due = _TIME.search(text)
    if due:
        doubts.append(Doubt("time_from_text", "due", {"found": due[0]}))
    if not text.rstrip().endswith(_ENDS) and len(text) > 40:
        doubts.append(Doubt("cut", "text"))
    headings = [n for n in above if n.level > 0] or list(above)
    return [
        Task(
            number=node.number,
            text=text,
            place=node.place,
            group=" – ".join(_heading(n) for n in headings),
            due=due[0] if due else "",
            doubts=tuple(doubts),
        )
    ]


def _heading(node: _Node) -> str:
    text = node.text.partition("\n")[0].rstrip(" :.;")
    return f"{node.number} {text}" if node.number == "-" else f"{node.number}. {text}"
