"""Files judged in child processes: the same judgements, and one bad file costs one file."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from programmes import small_programme
from reader_kit import package, worksheet
from returned import clean_return, template

from toolkit.errors import ToolkitError
from toolkit.intake.bounds import MIB, Bounds, bounds_from
from toolkit.intake.isolated import Children, children_for
from toolkit.intake.judge import judge
from toolkit.intake.model import Answer, Judgement, Outcome
from toolkit.messages import LANGUAGES, message

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")


def heavy(cells: int = 60_000) -> bytes:
    """A workbook that takes a while."""
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{letter}{row}"><v>{row}.{at}7</v></c>' for at, letter in enumerate("ABCDEFGHI")
        )
        + "</row>"
        for row in range(1, cells // 9)
    )
    return package(worksheet(rows))


HEAVY = heavy()
GOOD = (clean_return(), "a.xlsx")


def codes(judgement: Judgement) -> list[str]:
    return [finding.code for finding in judgement.findings]


def ended(judgements: Iterable[Judgement]) -> list[str]:
    """How each file ended: its outcome, or why it could not be judged."""
    return [
        codes(one)[0] if one.outcome is Outcome.UNREADABLE else one.outcome.value
        for one in judgements
    ]


@pytest.fixture
def children() -> Iterator[Children]:
    with Children(small_programme()) as made:
        yield made


def test_the_same_as_in_this_process() -> None:
    files = [
        GOOD,
        (template(), "b.xlsx"),
        (b"", "c.xlsx"),
        (b"%PDF", "d.xlsx"),
        (heavy(5000), "e.xlsx"),
    ]
    alone = [judge(data, name, small_programme()) for data, name in files]
    for count in (1, 3):
        with Children(small_programme(), count=count) as made:
            assert list(made.judge_all(files)) == alone
            assert made.judge(*GOOD) == alone[0]
    assert not multiprocessing.active_children()


def test_history_is_asked_here(children: Children) -> None:
    del children
    asked = []

    def history(unit: str, period: str) -> tuple[Answer, ...]:
        asked.append((unit, period, os.getpid()))
        return judge(*GOOD, small_programme()).answers

    second = template("305", "2024-Q2")
    with Children(small_programme(), history) as made:
        assert made.judge(second, "b.xlsx") == judge(second, "b.xlsx", small_programme(), history)
    assert asked == [("305", "2024-Q1", os.getpid())] * 2


def test_files_wait_in_the_pipe_of_a_child_that_asks() -> None:
    files = [(template("305", "2024-Q2"), f"{n}.xlsx") for n in range(9)]
    with Children(small_programme(), lambda *_: known.answers) as made:
        known = judge(*GOOD, small_programme())
        alone = [judge(*one, small_programme(), lambda *_: known.answers) for one in files]
        assert list(made.judge_all(files)) == alone


def test_files_larger_than_any_pipe_among_small_ones() -> None:
    large = random.Random(1).randbytes(1_500_000)
    files = [GOOD, (large, "b.xlsx"), (large, "c.xlsx"), GOOD, GOOD, (large, "d.xlsx"), GOOD]
    alone = [judge(data, name, small_programme()) for data, name in files]
    for count in (1, 2):
        with Children(small_programme(), count=count) as made:
            assert list(made.judge_all(files)) == alone


def test_what_waits_at_a_child_that_is_killed_is_judged_by_another() -> None:
    with Children(small_programme()) as made:
        walk = made.judge_all([(GOOD[0], f"{n}.xlsx") for n in range(12)])
        judged = [next(walk)]
        (process,) = multiprocessing.active_children()
        process.kill()
        judged += walk
    assert [one.file for one in judged] == [f"{n}.xlsx" for n in range(12)]
    assert ended(judged) == ["clean"] * 12


def test_time(children: Children) -> None:
    with Children(small_programme(), bounds=Bounds(seconds=0.8), count=1) as made:
        started = time.monotonic()
        judged = list(made.judge_all([GOOD, (HEAVY, "b.xlsx"), GOOD, (HEAVY, "c.xlsx"), GOOD]))
        assert ended(judged) == ["clean", "judging.timeout", "clean", "judging.timeout", "clean"]
        assert time.monotonic() - started < 60
    assert [one.file for one in judged] == ["a.xlsx", "b.xlsx", "a.xlsx", "c.xlsx", "a.xlsx"]
    said = judged[1]
    assert (said.size, len(said.sha256), said.ledgers) == (len(HEAVY), 64, {})
    for lang in LANGUAGES:
        words = message(said.findings[0], lang)
        assert "0.8" in words
        assert ".xlsx" in words


@LINUX
def test_time_is_that_of_the_processor_not_of_the_clock() -> None:
    """A child that is held up loses none of its time; the clock ends what never goes on."""
    bounds = Bounds(seconds=2)
    with Children(small_programme(), bounds=bounds) as made:
        assert ended([made.judge(*GOOD)]) == ["clean"]
        (process,) = multiprocessing.active_children()
        assert process.pid
        os.kill(process.pid, signal.SIGSTOP)
        going_on = threading.Timer(2.5, os.kill, (process.pid, signal.SIGCONT))
        going_on.start()
        assert ended([made.judge(*GOOD)]) == ["clean"]
        going_on.join()
    bounds = Bounds(seconds=0.3)
    assert bounds.clock == pytest.approx(1.8)
    with Children(small_programme(), bounds=bounds) as made:
        made.judge(b"", "a.xlsx")
        (process,) = multiprocessing.active_children()
        assert process.pid
        os.kill(process.pid, signal.SIGSTOP)
        said = made.judge(*GOOD)
    assert ended([said]) == ["judging.timeout"]
    assert said.findings[0].params == {"seconds": "1.8"}


@LINUX
def test_memory() -> None:
    chunk = random.Random(1).randbytes(10_000).hex()
    cell = f'<c r="A1" t="inlineStr"><is><t>{chunk * 3000}</t></is></c>'
    wide = package(worksheet(f'<row r="1">{cell}</row>'))
    with Children(small_programme(), bounds=Bounds(memory=256 * MIB)) as made:
        assert ended(made.judge_all([GOOD, (wide, "b.xlsx"), GOOD])) in (
            ["clean", "judging.too_large", "clean"],
            ["clean", "reader.too_large", "clean"],
        )


def killing(times: int, stop: threading.Event) -> threading.Thread:
    """Kills the child that has the heavy file, so many times."""

    def kill() -> None:
        left = times
        while left and not stop.wait(0.2):
            for process in multiprocessing.active_children():
                assert process.pid
                os.kill(process.pid, signal.SIGKILL)
                left -= 1
                break

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


@LINUX
@pytest.mark.parametrize(("times", "outcome"), [(1, "unidentified"), (2, "judging.crashed")])
def test_a_crash_once_is_chance_and_twice_is_the_file(times: int, outcome: str) -> None:
    stop = threading.Event()
    with Children(small_programme()) as made:
        thread = killing(times, stop)
        judged = made.judge(HEAVY, "b.xlsx")
        stop.set()
        thread.join()
        assert ended([judged, *made.judge_all([GOOD])]) == [outcome, "clean"]


@LINUX
def test_a_child_that_went_while_it_was_idle(children: Children) -> None:
    assert ended([children.judge(*GOOD)]) == ["clean"]
    (process,) = multiprocessing.active_children()
    process.kill()
    process.join()
    assert ended(children.judge_all([GOOD, GOOD])) == ["clean", "clean"]


def test_a_failure_of_ours_costs_the_file_alone() -> None:
    broken = replace(small_programme(), rules=None)  # type: ignore[arg-type]
    with Children(broken) as made:
        judged = list(made.judge_all([GOOD, (b"", "b.xlsx")]))
    assert ended(judged) == ["judging.failed", "reader.empty"]
    assert judged[0].findings[0].params == {"kind": "TypeError"}


def test_who_goes_away_amid_the_files_leaves_nothing(children: Children) -> None:
    walk = children.judge_all([GOOD, (HEAVY, "b.xlsx"), GOOD])
    assert ended([next(walk)]) == ["clean"]
    walk.close()
    assert ended([children.judge(*GOOD)]) == ["clean"]


def test_files_are_taken_as_they_are_needed() -> None:
    taken = []

    def files() -> Iterator[tuple[bytes, str]]:
        for number in range(100):
            taken.append(number)
            yield GOOD[0], f"{number}.xlsx"

    with Children(small_programme(), count=2) as made:
        for number, judgement in enumerate(made.judge_all(files())):
            assert judgement.file == f"{number}.xlsx"
            assert len(taken) <= number + 33


class Unreadable:
    """What cannot be unpacked on the other side."""

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return int, ("no number",)


def test_no_child_can_be_made() -> None:
    with (
        Children(Unreadable()) as made,  # type: ignore[arg-type]
        pytest.raises(ToolkitError, match="no_child"),
    ):
        made.judge(*GOOD)
    assert not multiprocessing.active_children()


def test_a_program_without_a_file_or_a_guard() -> None:
    """What people type in at the prompt, or pipe in."""
    words = (
        "from programmes import small_programme\n"
        "from toolkit.intake.isolated import Children\n"
        "with Children(small_programme()) as made: print(made.judge(b'', 'a').outcome)\n"
    )
    paths = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-"],
        input=words,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("unreadable\n", "")


def test_bounds_of_the_environment() -> None:
    assert bounds_from({}) == Bounds(20, 1024 * MIB)
    asked = {"BAOCAO_FILE_SECONDS": " 7.5", "BAOCAO_FILE_MIB": "512"}
    assert bounds_from(asked) == Bounds(7.5, 512 * MIB)
    for name, value in [
        ("BAOCAO_FILE_SECONDS", "0"),
        ("BAOCAO_FILE_SECONDS", "nan"),
        ("BAOCAO_FILE_SECONDS", "inf"),
        ("BAOCAO_FILE_SECONDS", "hai mươi"),
        ("BAOCAO_FILE_MIB", "100"),
    ]:
        with pytest.raises(ToolkitError) as refused:
            bounds_from({name: value})
        assert refused.value.key == "judging.bad_bound"


def test_few_files_need_one_child() -> None:
    assert children_for(1) == 1
    assert 1 <= children_for(1000) <= 4
