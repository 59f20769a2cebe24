"""Where tasks stand: derived from the due time, the reported state and the progress."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from consolidate_cases import BAD, NA, Cell
from score_cases import return_of, scoring

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.tasks import COUNTED, TaskLine, TaskState, judge_task, task_lines
from toolkit.programme.due import Reported, due_of

DONE, UNDER_WAY, NOT_STARTED = Reported.DONE, Reported.UNDER_WAY, Reported.NOT_STARTED


@pytest.mark.parametrize(
    ("due", "day", "reported", "progress", "state", "reason"),
    [
        ("Quý I", "3-31", DONE, "1", "done", "done"),
        ("Quý I", "3-31", None, "1", "done", "done"),
        ("Quý I", "3-31", DONE, None, "done", "done"),
        ("Quý I", "3-31", DONE, "0.8", "overdue", "overdue_contradiction"),
        ("Quý II", "3-31", DONE, "0.8", "on_track", "contradiction"),
        ("Quý I", "3-31", UNDER_WAY, "0.9", "overdue", "overdue"),
        ("Quý I", "3-31", UNDER_WAY, "1", "overdue", "overdue"),
        ("Quý II", "3-31", UNDER_WAY, "0.1", "on_track", "on_track"),
        ("Quý II", "3-31", NOT_STARTED, "0", "not_started", "not_started"),
        ("Quý II", "3-31", NOT_STARTED, None, "not_started", "not_started"),
        ("Quý II", "3-31", Reported.BEHIND, "0.5", "behind", "says_behind"),
        ("Quý II", "3-31", Reported.OVERDUE, "0.5", "overdue", "says_overdue"),
        ("Quý I, IV", "6-30", UNDER_WAY, "0.5", "on_track", "on_track"),
        ("Quý I, IV", "6-30", UNDER_WAY, "0.49", "behind", "deadline_behind"),
        ("Quý I, IV", "6-30", NOT_STARTED, None, "behind", "deadline_not_started"),
        ("Quý I, IV", "6-30", UNDER_WAY, None, "on_track", "on_track"),
        ("Quý I, IV", "12-31", UNDER_WAY, "0.9", "overdue", "overdue"),
        ("Thường xuyên", "12-31", UNDER_WAY, "0.5", "on_track", "on_track"),
        ("Thường xuyên", "3-31", NOT_STARTED, "0", "behind", "ongoing_not_started"),
        ("", "12-31", UNDER_WAY, "0.1", "on_track", "on_track"),
        ("", "12-31", NOT_STARTED, "0", "not_started", "not_started"),
        ("Khi có hướng dẫn", "12-31", NOT_STARTED, "0", "not_started", "not_started"),
        ("Năm 2024", "12-30", UNDER_WAY, "0.1", "on_track", "on_track"),
        ("Năm 2024", "12-31", UNDER_WAY, "0.1", "overdue", "overdue"),
        ("Quý I", "3-31", None, None, "unknown", "blank"),
    ],
)
def test_the_rule(
    due: str, day: str, reported: Reported | None, progress: str | None, state: str, reason: str
) -> None:
    month, of_month = map(int, day.split("-"))
    share = Decimal(progress) if progress is not None else None
    verdict = judge_task(due_of(due, 2024), date(2024, month, of_month), reported, share)
    assert (verdict.state.value, verdict.reason) == (state, reason)


def lines(period: str, *returns: tuple[str, str, Cell, Cell]) -> tuple[TaskLine, ...]:
    """The tasks from answers (unit, quarter, state, progress) to the first of them."""
    programme = scoring(())
    details = [return_of(u, q, tasks={"V1": (state, share)}) for u, q, state, share in returns]
    return task_lines(consolidate(programme, programme.period(period), details))


def test_every_unit_stands_somewhere_and_the_counts_add_up() -> None:
    first, *others = lines(
        "Q1",
        ("A", "Q1", "Đã hoàn thành", Decimal(1)),
        ("B", "Q1", "Đang thực hiện", Decimal("0.5")),
    )
    assert [(c.unit.code, c.state.value, c.verdict.reason) for c in first.cells] == [
        ("A", "done", "done"),
        ("B", "overdue", "overdue"),
        ("C", "unknown", "no_return"),
    ]
    assert first.cells[0].parts[0].cell == "A1"
    assert first.item.code == "V1"
    assert sum(first.tally.values()) == 3
    assert list(first.tally) == list(COUNTED)
    assert [cell.verdict.reason for cell in others[0].cells] == ["blank", "blank", "no_return"]


@pytest.mark.parametrize(
    ("answers", "state", "reason"),
    [
        ([("Q1", "Đã hoàn thành", 1)], "done", "done_before"),
        ([("Q1", "Đang thực hiện", Decimal("0.5"))], "unknown", "no_return"),
        ([("Q4", NA, NA)], "not_applicable", "not_applicable"),
        ([("Q4", BAD, BAD)], "unknown", "unreadable"),
        ([("Q4", "Tạm dừng", None)], "unknown", "words"),
        ([("Q4", "Tạm dừng", 1)], "done", "done"),
        ([("Q1", "Đã hoàn thành", 1), ("Q4", "Đang thực hiện", Decimal("0.5"))], "overdue", ""),
    ],
)
def test_the_last_period_owed_speaks(
    answers: list[tuple[str, Cell, Cell]], state: str, reason: str
) -> None:
    first = lines("Y", *[("A", quarter, *cells) for quarter, *cells in answers])[0].cells[0]  # type: ignore[misc]
    assert first.state.value == state
    assert first.verdict.reason == reason or not reason


def test_a_unit_is_judged_on_its_last_day_and_not_later() -> None:
    """What it left undone half a year before the task was due is not overdue."""
    programme = scoring(())
    ended = tuple(
        replace(unit, valid_to=programme.period("Q1").end) if unit.code == "A" else unit
        for unit in programme.units
    )
    programme = replace(programme, units=ended)
    half = ("Đang thực hiện", Decimal("0.5"))
    details = [return_of(u, q, tasks={"V3": half}) for u, q in (("A", "Q1"), ("B", "Q4"))]
    year = task_lines(consolidate(programme, programme.period("Y"), details))
    task = next(line for line in year if line.item.code == "V3")
    assert [cell.state for cell in task.cells[:2]] == [TaskState.ON_TRACK, TaskState.OVERDUE]


def test_a_form_that_asks_neither_state_nor_progress_has_no_tasks() -> None:
    assert {line.form.code for line in lines("Q1")} == {"T"}
    assert TaskState.NOT_APPLICABLE not in COUNTED
