"""The proof that the figures on record are those of the originals, and who believes it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest
from test_workflow import OTHERS, filled, programme_in

from toolkit import workflow
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.intake.judge import judge
from toolkit.intake.model import State
from toolkit.intake.proof import plain_columns, proof_in, proof_of
from toolkit.intake.reader import entry, read_bytes
from toolkit.programme.load import load
from toolkit.register.store import Register


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, bytes]:
    place = programme_in(tmp_path_factory.mktemp("given"))
    return place, filled(place, unit="303")


def test_a_proof_is_of_each_figure_and_its_place(given: tuple[Folder, bytes]) -> None:
    place, data = given
    programme = load(place.root / "chuong-trinh.xlsx")
    columns = plain_columns(programme)
    made = judge(data, "303.xlsx", programme)
    raw = read_bytes(data, "303.xlsx")
    assert made.proof == proof_in(raw, made.answers, columns) == proof_of(made.answers, columns)
    seen = {made.proof}
    for number, answer in enumerate(made.answers):
        if (answer.form, answer.field) not in columns or not answer.state.counts:
            continue
        other = replace(answer, value=D(987_654), state=State.VALUE)
        moved = replace(answer, address=replace(answer.address, cell="Z99"))
        for changed in (other, moved):
            answers = (*made.answers[:number], changed, *made.answers[number + 1 :])
            assert proof_in(raw, answers, columns) == ""
            proof = proof_of(answers, columns)
            assert proof not in seen
            seen.add(proof)
    assert len(seen) > 10


def test_a_number_that_was_read_as_nothing_has_no_proof(given: tuple[Folder, bytes]) -> None:
    """Then the original is read again at each consolidation, and stops it."""
    place, data = given
    programme = load(place.root / "chuong-trinh.xlsx")
    columns = plain_columns(programme)
    made = judge(data, "303.xlsx", programme)
    raw = read_bytes(data, "303.xlsx")
    figures = [a for a in made.answers if (a.form, a.field) in columns and a.state is State.VALUE]
    assert figures
    for lost in figures:
        missing = replace(lost, state=State.MISSING, value=None)
        answers = tuple(missing if answer is lost else answer for answer in made.answers)
        assert proof_in(raw, answers, columns) == ""


def received(given: tuple[Folder, bytes], root: Path) -> Folder:
    home, data = given
    root.mkdir()
    (root / "chuong-trinh.xlsx").write_bytes((home.root / "chuong-trinh.xlsx").read_bytes())
    (root / "nhan-ve").mkdir()
    (root / "nhan-ve" / "303.xlsx").write_bytes(data)
    (root / "nhan-ve" / "305.xlsx").write_bytes(filled(home, changes=OTHERS))
    place = Folder(root, root)
    workflow.receive(place, load(root / "chuong-trinh.xlsx"))
    return place


def change(place: Folder, sql: str) -> None:
    with closing(sqlite3.connect(place.register)) as db:
        db.execute(sql)
        db.commit()


_ONE = (
    "(submission, form, row, field) IN (SELECT submission, form, row, field FROM answers "
    "WHERE kind = 'decimal' AND state = 'value' AND form = 'CT' AND field = 'trong_ky' LIMIT 1)"
)


def test_proven_originals_are_not_read_again(
    given: tuple[Folder, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = received(given, tmp_path / "a")
    with Register(place.register, read_only=True) as register:
        assert all(one.proof for one in register.current())
    (first,) = workflow.consolidate(place, ["2024-Q1"])
    before = first.file.read_bytes()
    read: list[str] = []
    original = entry.read_bytes

    def counting(data: bytes, name: str) -> object:
        read.append(name)
        return original(data, name)

    monkeypatch.setattr("toolkit.intake.reader.read_bytes", counting)
    workflow.consolidate(place, ["2024-Q1"], again=True)
    assert read == []
    change(place, "UPDATE submissions SET proof = ''")  # as an older register has it
    workflow.consolidate(place, ["2024-Q1"])
    assert len(read) == 2
    assert first.file.read_bytes() == before


def test_a_figure_changed_on_record_is_found(given: tuple[Folder, bytes], tmp_path: Path) -> None:
    place = received(given, tmp_path / "b")
    change(place, f"UPDATE answers SET value = '987654' WHERE {_ONE}")
    with pytest.raises(ToolkitError) as stopped:
        workflow.consolidate(place, ["2024-Q1"])
    assert stopped.value.key == "error.control_totals"


def test_a_damaged_original_is_found_though_it_was_proven(
    given: tuple[Folder, bytes], tmp_path: Path
) -> None:
    place = received(given, tmp_path / "c")
    victim = next((place.root / "luu-tru").glob("*/*.xlsx"))
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    with pytest.raises(ToolkitError) as stopped:
        workflow.consolidate(place, ["2024-Q1"])
    assert stopped.value.key == "register.error.archive_damaged"
