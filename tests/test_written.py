"""What this program did not write is never overwritten: it is kept beside, and said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from test_workflow import filled, programme_in, put

from toolkit.cli import run
from toolkit.folder import Folder
from toolkit.register.files import replacing
from toolkit.register.written import is_kept, is_ours, make_way, noticing, remove

MINE = b"the work of a clerk"


def write(target: Path, words: bytes = b"ours") -> None:
    with replacing(target) as aside:
        aside.write_bytes(words)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".baocao"))


def test_ours_is_replaced_and_a_strangers_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    write(target)
    write(target, b"newer")
    assert (names(tmp_path), is_ours(target)) == (["a.xlsx"], True)
    for number in range(3):
        target.write_bytes(MINE + bytes([number]))
        assert not is_ours(target)
        with noticing() as kept:
            write(target)
        assert [(one.place, one.kept.read_bytes()) for one in kept] == [
            (target, MINE + bytes([number]))
        ]
    assert names(tmp_path) == ["a (cũ 2).xlsx", "a (cũ 3).xlsx", "a (cũ).xlsx", "a.xlsx"]
    assert [is_kept(tmp_path / name) for name in names(tmp_path)] == [True, True, True, False]


def test_what_no_longer_holds(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "a.txt", tmp_path / "b.txt"
    write(ours)
    theirs.write_bytes(MINE)
    for path in (ours, theirs, tmp_path / "none"):
        remove(path)
    assert names(tmp_path) == ["b (cũ).txt"]


def test_folders_and_links(tmp_path: Path) -> None:
    write(tmp_path / "whole" / "a.txt")
    write(tmp_path / "mixed" / "a.txt")
    (tmp_path / "mixed" / "note.txt").write_bytes(MINE)
    aim = tmp_path / "aim.txt"
    aim.write_bytes(MINE)
    (tmp_path / "link.txt").symlink_to(aim)
    for name in ("whole", "mixed", "link.txt"):
        make_way(tmp_path / name)
    assert names(tmp_path) == ["aim.txt", "link (cũ).txt", "mixed (cũ)"]
    write(tmp_path / "link.txt")
    with pytest.raises(IsADirectoryError):
        write(tmp_path / "mixed (cũ)")
    assert aim.read_bytes() == MINE


def test_without_the_list_nothing_is_ours(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    (tmp_path / ".baocao-da-ghi").unlink()
    write(tmp_path / "a.txt", b"newer")
    assert names(tmp_path) == ["a (cũ).txt", "a.txt"]


def test_a_copied_folder_keeps_its_list(tmp_path: Path) -> None:
    write(tmp_path / "one" / "a.txt")
    (tmp_path / "one" / "chuong-trinh.xlsx").touch()
    write(tmp_path / "one" / "sub" / "a.txt")
    (tmp_path / "one").rename(tmp_path / "two")
    assert is_ours(tmp_path / "two" / "sub" / "a.txt")


OUTPUTS = (
    "gui-di/2024-Q1/305_Quan-Le-Chan_2024-Q1.xlsx",
    "tra-lai/2024-Q1/305_Quan-Le-Chan_2024-Q1_can-sua.xlsx",
    "bao-cao/tinh-hinh-nop.xlsx",
    "bao-cao/2024-Q1/tong-hop.xlsx",
    "bao-cao/2024-Q1/trang.html",
    "bao-cao/so-lieu.csv",
    "don-doc/2024-Q1/don-doc.docx",
    "an-ban/2024-Q1-so-1",
    "ra.xlsx",
    "tt.xlsx",
)


def everything(place: Folder, first: Sequence[str]) -> None:
    at = ["-C", str(place.root)]
    for words in (
        ["distribute", "-p", "2024-Q1"],
        [*first],
        ["page", "-p", "2024-Q1"],
        ["export"],
        ["export", "--format", "xlsx", "-o", str(place.root / "ra.xlsx")],
        ["status", "--xlsx", str(place.root / "tt.xlsx")],
        ["remind", "-p", "2024-Q1", "--on", "2024-05-01"],
        ["close", "2024-Q1", "--why", "x"],
    ):
        assert run(words if words[0] == "run" else [*at, *words]) in (0, 1), words


def test_no_command_overwrites_what_it_did_not_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = programme_in(tmp_path)
    put(place, f"{date(2024, 4, 5)}/a.xlsx", filled(place, changes={("CT", "F9"): "nhiều"}))
    theirs = [place.root / name for name in OUTPUTS]
    for path in theirs:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix:
            path.write_bytes(MINE)
        else:
            path.mkdir()
            (path / "note.txt").write_bytes(MINE)
    everything(place, ["run", str(place.root)])
    said = capsys.readouterr().err
    for path in theirs:
        kept = path.with_name(f"{path.stem} (cũ){path.suffix}")
        assert kept.exists(), path
        content = kept if path.suffix else kept / "note.txt"
        assert content.read_bytes() == MINE
        assert kept.name in said
        assert path.exists()
    before = sorted(place.root.rglob("*(cũ*"))
    assert run(["-C", str(place.root), "reopen", "2024-Q1", "--why", "x"]) == 0
    everything(place, ["receive"])
    assert sorted(place.root.rglob("*(cũ*")) == before, "our own outputs were taken for another's"
