"""The catalogues: the same in both languages, every text there that is asked for, none idle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from toolkit.findings import Address, Finding, Severity
from toolkit.messages import LANGUAGES, catalogue, message, text
from toolkit.messages.documents import phrases

TOOLKIT = Path(__file__).parent.parent / "toolkit"
VI, EN = catalogue("vi"), catalogue("en")
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
# Calls whose first argument is the key of a text.
ASKING = {"text", "Finding", "ToolkitError", "UnreadableFile"}


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


@cache
def sources() -> dict[Path, ast.Module]:
    return {p: ast.parse(p.read_text("utf-8")) for p in sorted(TOOLKIT.rglob("*.py"))}


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path, tree in sources().items():
        for node in ast.walk(tree):
            yield path, node


@cache
def constants() -> frozenset[str]:
    """The strings of the sources, without a mark before them, and the names of enum members."""
    found = set()
    for _, node in nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value, node.value.lstrip("@.#")}
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign):
                    found |= {t.id.lower() for t in line.targets if isinstance(t, ast.Name)}
    return frozenset(found)


HOLE = "(.+)"


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Strings put together in the sources (f-strings, sums), their holes as groups."""
    found = set()
    for _, node in nodes():
        parts: list[ast.expr] = []
        if isinstance(node, ast.JoinedStr):
            parts = node.values
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [node.left, node.right]
        pieces = [
            re.escape(part.value)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
            else HOLE
            for part in parts
        ]
        fixed = "".join(p for p in pieces if p != HOLE).replace("\\", "")
        if HOLE in pieces and re.fullmatch(r"[a-z0-9_.]+", fixed):
            found.add("".join(pieces))
    return tuple(re.compile(pattern) for pattern in sorted(found))


@cache
def made_in_source(words: str) -> bool:
    """Whether the sources hold the string, or can put it together from what they hold."""
    if words in constants() or words.isdigit():
        return True
    for tail in re.finditer("_", words):  # key += "_day"
        at = tail.start()
        if at and words[at:] in constants() and made_in_source(words[:at]):
            return True
    for pattern in patterns():
        hit = pattern.fullmatch(words)
        if hit and all(made_in_source(part) for part in hit.groups()):
            return True
    return False


def test_both_languages_have_the_same_texts() -> None:
    assert sorted(VI) == sorted(EN)


def test_both_languages_say_the_same_things() -> None:
    assert [key for key in VI if placeholders(VI[key]) != placeholders(EN[key])] == []


def test_the_vietnamese_is_vietnamese() -> None:
    """Only marks, names and formulas are the same in both languages."""
    same = {key for key in VI if VI[key] == EN[key] and re.search(r"[A-Za-z]{3,} [a-z]", VI[key])}
    # Sheets that the intake knows by their names.
    assert same <= {"correction.rest.sheet"}


def test_no_text_is_idle() -> None:
    assert [key for key in (*VI, *phrases()) if not made_in_source(key)] == []
    assert not made_in_source("error.nobody_asks_for_this")


def test_every_text_asked_for_is_there() -> None:
    asked = {
        (path.relative_to(TOOLKIT).as_posix(), node.args[0].value)
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ASKING
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(asked) > 100
    assert {(path, key) for path, key in asked if key not in VI} == set()


def test_every_text_of_documents_is_there_with_its_placeholders() -> None:
    asked = [
        (node.args[0].value, {k.arg for k in node.keywords if k.arg is not None}, node.keywords)
        for _, node in nodes()
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "said"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    assert len(asked) > 80
    for key, given, keywords in asked:
        wanted = {name for _, name, _, _ in Formatter().parse(phrases()[key]) if name}
        spread = any(k.arg is None for k in keywords)
        assert spread or wanted <= given, key


def test_every_string_that_looks_like_a_key_is_one() -> None:
    rooms = {key.split(".")[0] for key in VI}
    files = {
        ".css",
        ".csv",
        ".db",
        ".js",
        ".xlsx",
        ".zip",
        ".png",
        ".svg",
        ".xml",
        ".py",
        ".toml",
        ".tmp",
    }
    strays = {
        (path.relative_to(TOOLKIT).as_posix(), node.value)
        for path, node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and KEY.fullmatch(node.value)
        and node.value.split(".")[0] in rooms
        and not node.value.endswith(tuple(files))
        and node.value not in VI
        and not any(key.startswith(node.value) or key.endswith(f".{node.value}") for key in VI)
    }
    assert strays == set()


def test_a_text_is_never_invented() -> None:
    with pytest.raises(KeyError):
        text("no.such.key")
    with pytest.raises(ValueError, match="fr"):
        catalogue("fr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_finding_says_what_was_found(lang: str) -> None:
    finding = Finding("choice.unknown", Severity.ERROR, Address("a.xlsx"), "Du lịch")
    assert "Du lịch" in message(finding, lang)


def test_a_missing_placeholder_does_not_hide_the_text() -> None:
    assert "{period}" in text("error.no_data_for_period")
