"""One return, two recipients: two registers compared."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from programmes import small_workbook
from returned import clean_return, opened, saved, sheet, template

from toolkit import workflow
from toolkit.cli import run
from toolkit.errors import ToolkitError
from toolkit.folder import Folder

Given = dict[str, bytes]


def changed(cell: str, value: object) -> bytes:
    book = opened(clean_return())
    sheet(book, "DT")[cell].value = value
    return saved(book)


def other_unit() -> bytes:
    book = openpyxl.load_workbook(BytesIO(template("303")))
    sheet(book, "DT")["E8"].value = 1
    return saved(book)


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("ct") / "chuong-trinh.xlsx"
    target.write_bytes(small_workbook())
    return target


@pytest.fixture
def body(tmp_path: Path, programme: Path) -> Callable[[str, Given], Folder]:
    """A recipient with what it received, each file on the day its name begins with."""

    def make(name: str, files: Given) -> Folder:
        root = tmp_path / name
        root.mkdir()
        shutil.copy(programme, root)
        place = Folder(root, root)
        for file, data in files.items():
            path = root / "nhan-ve" / file[:10] / file[11:]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if files:
            loaded = workflow.load_programme(place)
            workflow.receive(place, loaded, (), day=workflow.Day(date(2024, 4, 9)))
        return place

    return make


Body = Callable[[str, Given], Folder]


def test_the_same_returns_agree_whatever_their_names(body: Body) -> None:
    here = body("dan-van", {"2024-04-05 a.xlsx": clean_return()})
    there = body("quan-su", {"2024-04-08 ten khac.xlsx": clean_return()})
    done = workflow.reconcile(here, there.root)
    assert done.agrees
    assert [(p.here.unit, p.same_file, p.figures) for p in done.pairs] == [("305", True, ())]
    assert run(["-C", str(here.root), "reconcile", str(there.root)]) == 0


def test_what_only_one_has(body: Body) -> None:
    both = clean_return()
    here = body("dan-van", {"2024-04-05 a.xlsx": both, "2024-04-05 b.xlsx": other_unit()})
    there = body("quan-su", {"2024-04-05 a.xlsx": both, "2024-04-05 c.xlsx": b"khong phai excel"})
    done = workflow.reconcile(here, there.root)
    assert [(s.unit, s.file) for s in done.here] == [("303", "2024-04-05/b.xlsx")]
    assert [(s.unit, s.file) for s in done.there] == [("", "2024-04-05/c.xlsx")]
    assert done.apart == ()
    assert not done.agrees
    # Of one period: a file that nobody knows the period of is not among its returns.
    assert workflow.reconcile(here, there.root, ["2024-Q1"]).there == ()
    assert workflow.reconcile(here, there.root, ["2024-Q2"]).agrees


def test_figures_that_differ(body: Body, capsys: pytest.CaptureFixture[str]) -> None:
    here = body("dan-van", {"2024-04-05 a.xlsx": clean_return()})
    there = body("quan-su", {"2024-04-05 a.xlsx": changed("E8", 3)})
    done = workflow.reconcile(here, there.root)
    (pair,) = done.apart
    assert not pair.same_file
    (figure,) = pair.figures
    assert figure.here is not None
    assert figure.there is not None
    assert (figure.form, figure.field, figure.here.value, figure.there.value) == (
        "DT", "so_cuoc", 2, 3
    )  # fmt: skip
    assert len(done.here) == len(done.there) == 1  # each hash is known to one only
    capsys.readouterr()
    assert run(["-C", str(here.root), "reconcile", str(there.root)]) == 1
    said = capsys.readouterr().out
    assert "Quận Lê Chân, Quý I/2024: 1 số liệu khác nhau (2024-04-05/a.xlsx ở sổ này" in said
    assert 'DT, Số cuộc đối thoại: sổ này "2" (' in said
    assert '!E8), sổ kia "3" (' in said


def test_a_version_that_only_one_received(body: Body) -> None:
    """A correction sent to one of the two: both files are named, and what it changed."""
    first, second = clean_return(), changed("E9", 41)
    here = body("dan-van", {"2024-04-05 a.xlsx": first, "2024-04-08 a.xlsx": second})
    there = body("quan-su", {"2024-04-05 a.xlsx": first})
    done = workflow.reconcile(here, there.root)
    assert [s.sha256 for s in done.here] == [done.pairs[0].here.sha256]
    assert done.there == ()
    assert [f.field for f in done.apart[0].figures] == ["y_kien", "ty_le"]


def test_saved_again_without_a_change(body: Body) -> None:
    here = body("dan-van", {"2024-04-05 a.xlsx": clean_return()})
    there = body("quan-su", {"2024-04-05 a.xlsx": changed("A40", None)})
    (pair,) = workflow.reconcile(here, there.root).apart
    assert (pair.same_file, pair.figures) == (False, ())


def test_a_register_without_returns(body: Body) -> None:
    here = body("dan-van", {"2024-04-05 a.xlsx": clean_return()})
    done = workflow.reconcile(here, body("quan-su", {}).root)
    assert (len(done.here), done.there, done.pairs) == (1, (), ())


def test_refusals(body: Body, tmp_path: Path) -> None:
    here = body("dan-van", {})
    with pytest.raises(ToolkitError) as caught:
        workflow.reconcile(here, here.root)
    assert caught.value.key == "reconcile.same_folder"
    workflow.new("phoi-hop-2021", tmp_path / "khac", None)
    with pytest.raises(ToolkitError) as caught:
        workflow.reconcile(here, tmp_path / "khac")
    assert caught.value.key == "reconcile.other_programme"
    with pytest.raises(ToolkitError):
        workflow.reconcile(here, tmp_path / "khong-co")


def test_nothing_is_changed(body: Body) -> None:
    here = body("dan-van", {"2024-04-05 a.xlsx": clean_return()})
    there = body("quan-su", {"2024-04-05 a.xlsx": changed("E8", 3)})
    before = here.register.read_bytes(), there.register.read_bytes()
    workflow.reconcile(here, there.root)
    assert (here.register.read_bytes(), there.register.read_bytes()) == before
