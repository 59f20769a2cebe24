"""HTML in which a text can only ever be a text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import TypeAlias


class Markup(str):
    """A piece of HTML that has been made here; any other string is escaped."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[str] | None"
_VOID = frozenset({"meta", "line", "circle", "rect", "polyline", "path"})
# What HTML or a script could take for the end of a JSON block or of a line.
_UNSAFE = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """An element. Attributes: ``class_`` is class, ``_`` is ``-``; None or False leaves one out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{said}>" if name == "meta" else f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """The pieces one after the other, plain strings escaped."""
    out: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            out.append(child)
        elif isinstance(child, str):
            out.append(escape(visible(child)))
        else:
            out.append(join(*child))
    return Markup("".join(out))


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(visible(str(value)))}"'


def visible(words: str) -> str:
    """Without the control characters that HTML forbids; each shows as its mark."""
    return "".join(
        char if char in "\n\t" or ord(char) >= 0xA0 or 32 <= ord(char) < 127 else "\ufffd"
        for char in words
    )


def data_block(name: str, data: object) -> Markup:
    """JSON as a block that no browser runs, under the id ``d-<name>``."""
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A text of a cell may hold half of a surrogate pair, which no encoding can write.
    safe = packed.translate(_UNSAFE).encode("utf-8", "replace").decode("utf-8")
    return Markup(f'<script type="application/json" id="d-{escape(name)}">{safe}</script>')
