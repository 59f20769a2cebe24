"""What would come out the same is left as it is; whatever changed is made anew, all of it."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from conftest import tree
from test_workflow import filled, programme_in, put, receive

from toolkit import workflow
from toolkit.cli import run
from toolkit.folder import Folder
from toolkit.register.store import Register
from toolkit.workflow import unchanged

Q1, Q2, YEAR = "2024-Q1", "2024-Q2", "2024"


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    """Two quarters of one unit, consolidated."""
    made = programme_in(tmp_path)
    receive(made, put(made, "q1.xlsx", filled(made)), put(made, "q2.xlsx", filled(made, Q2)))
    assert renewed(made) == {Q1, Q2, YEAR}
    return made


def renewed(place: Folder, **asked: object) -> set[str]:
    """The periods whose summary was made anew."""
    made = workflow.consolidate(place, **asked)  # type: ignore[arg-type]
    return {one.period.code for one in made if not one.unchanged}


def again(place: Folder) -> dict[str, str]:
    """Everything as it comes out when all of it is made anew."""
    workflow.consolidate(place, again=True)
    return tree(place.out / "bao-cao")


def test_nothing_changed(place: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in (place.out / "bao-cao").rglob("*")}
    first = workflow.consolidate(place)
    assert [one.unchanged for one in first] == [True, True, True]
    assert {path: path.stat().st_mtime_ns for path in (place.out / "bao-cao").rglob("*")} == before
    anew = workflow.consolidate(place, again=True)
    assert [one.unchanged for one in anew] == [False, False, False]
    said = [(one.period, one.file, one.expected, one.received, one.missing) for one in first]
    assert said == [(a.period, a.file, a.expected, a.received, a.missing) for a in anew]
    assert run(["-C", str(place.root), "consolidate", "-p", Q1]) == 0
    assert "không có gì thay đổi" in capsys.readouterr().out


def late_return(place: Folder) -> None:
    receive(place, put(place, "late.xlsx", filled(place, Q2, unit="303")))


def newer_return(place: Folder) -> None:
    newer = filled(place, Q2, changes={("CT", "F9"): 77})
    receive(place, put(place, "newer.xlsx", newer), day=date(2024, 8, 1))


def earlier_return(place: Folder) -> None:
    receive(place, put(place, "first.xlsx", filled(place, Q1, unit="303")))


def sent_back(place: Folder) -> None:
    workflow.send_back(place, "305", Q2, "thiếu chữ ký")


def edited_output(place: Folder) -> None:
    book = openpyxl.load_workbook(place.summary(Q2))
    book.active["A1"] = "của tôi"
    book.save(place.summary(Q2))


def lost_output(place: Folder) -> None:
    place.summary(Q2).unlink()


def another_programme(place: Folder) -> None:
    book = openpyxl.load_workbook(place.programme)
    book.properties.title = "sửa"
    book.save(place.programme)


def touched_original(place: Folder) -> None:
    with Register(place.register, read_only=True) as register:
        one = register.current([Q2])[0]
    os.utime(place.out / one.stored, (1, 1))


def changed_register(place: Folder) -> None:
    """Something that no command does: an answer that is no figure."""
    with sqlite3.connect(place.register) as register:
        changed = register.execute(
            "UPDATE answers SET raw = raw || '.' WHERE submission IN "
            "(SELECT id FROM submissions WHERE period = ?)",
            (Q2,),
        )
        assert changed.rowcount > 0
    register.close()


def lost_list(place: Folder) -> None:
    (place.out / unchanged.LIST).unlink()


def spoilt_list(place: Folder) -> None:
    (place.out / unchanged.LIST).write_text('{"summary 2024-Q1": [], "summary 2024": 1}')


CHANGES: tuple[tuple[Callable[[Folder], None], set[str]], ...] = (
    (late_return, {Q2, YEAR}),
    (newer_return, {Q2, YEAR}),
    (earlier_return, {Q1, Q2, YEAR}),
    (sent_back, {Q2, YEAR}),
    (edited_output, {Q2}),
    (lost_output, {Q2}),
    (another_programme, {Q1, Q2, YEAR}),
    (touched_original, {Q2, YEAR}),
    (changed_register, {Q2, YEAR}),
    (lost_list, {Q1, Q2, YEAR}),
    (spoilt_list, {Q1, Q2, YEAR}),
)


@pytest.mark.parametrize(("change", "anew"), CHANGES, ids=[c.__name__ for c, _ in CHANGES])
def test_what_changed_is_made_anew(
    change: Callable[[Folder], None], anew: set[str], place: Folder
) -> None:
    change(place)
    assert renewed(place) == anew
    made = tree(place.out / "bao-cao")
    assert renewed(place) == set()
    assert again(place) == made


def test_another_choice_is_another_output(place: Folder) -> None:
    assert renewed(place, lang="en") == {Q1, Q2, YEAR}
    assert renewed(place, lang="en") == set()
    assert renewed(place) == {Q1, Q2, YEAR}


def test_another_toolkit_makes_everything_anew(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "_toolkit", lambda: "another")
    assert renewed(place) == {Q1, Q2, YEAR}


def test_too_many_answers_are_never_looked_through(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "_MOST_ANSWERS", 10)
    assert renewed(place) == {Q1, Q2, YEAR}


def test_the_returns_of_last_year_count(place: Folder, tmp_path: Path) -> None:
    before = programme_in(tmp_path / "before")
    receive(before, put(before, "q1.xlsx", filled(before)))
    assert renewed(place, year_before=before.root) == {Q1, Q2, YEAR}
    assert renewed(place, year_before=before.root) == set()
    receive(before, put(before, "more.xlsx", filled(before, unit="303")))
    assert renewed(place, year_before=before.root) == {Q1, Q2, YEAR}


def test_what_comes_in_meanwhile_is_not_missed(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A return recorded after the grounds were looked at is in the next output at the latest."""
    ground = unchanged.Grounds.of

    def then_one_comes(self: unchanged.Grounds, *asked: object) -> str:
        found = ground(self, *asked)  # type: ignore[arg-type]
        monkeypatch.setattr(unchanged.Grounds, "of", ground)
        late_return(place)
        return found

    newer_return(place)
    monkeypatch.setattr(unchanged.Grounds, "of", then_one_comes)
    workflow.consolidate(place, [Q2])
    workflow.consolidate(place)
    made = tree(place.out / "bao-cao")
    assert again(place) == made


def test_charts_that_would_be_the_same_are_left(place: Folder) -> None:
    first = workflow.charts(place, kinds=["svg"])
    assert not any(one.unchanged for one in first)
    drawn = tree(place.out / "bao-cao")
    assert all(one.unchanged for one in workflow.charts(place, kinds=["svg"]))
    assert [one.charts for one in workflow.charts(place, kinds=["svg"])] == [
        tuple(sorted(one.charts)) for one in first
    ]
    late_return(place)
    after = {one.period.code: one.unchanged for one in workflow.charts(place, kinds=["svg"])}
    assert after == {Q1: True, Q2: False, YEAR: False}
    assert tree(place.out / "bao-cao") != drawn
    assert not any(one.unchanged for one in workflow.charts(place, kinds=["png"]))


def test_any_order_of_changes_leads_to_the_same(place: Folder) -> None:
    choice = random.Random(7)
    steps = [late_return, newer_return, earlier_return, sent_back, lost_output, touched_original]
    choice.shuffle(steps)
    for step in steps:
        step(place)
        workflow.consolidate(place, choice.choice([(), [Q1], [Q2], [YEAR]]))
    workflow.consolidate(place)
    made = tree(place.out / "bao-cao")
    assert again(place) == made
