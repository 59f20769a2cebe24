"""The archive of originals: kept once, under their hash, whole."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.register import archive
from toolkit.register.files import replacing

DATA = b"PK\x03\x04 a return"
SHA = hashlib.sha256(DATA).hexdigest()


def files(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    ("suffix", "kept_as"),
    [
        (".xlsx", ".xlsx"),
        ("XLS", ".xls"),
        (".ods", ".ods"),
        (".exe", ".bin"),
        ("", ".bin"),
        ("./../../evil.xlsx", ".bin"),
        (".xlsx\n", ".bin"),
    ],
)
def test_stored_under_its_hash(tmp_path: Path, suffix: str, kept_as: str) -> None:
    stored = archive.store(DATA, SHA, suffix, tmp_path)
    assert stored == f"luu-tru/{SHA[:2]}/{SHA}{kept_as}"
    assert files(tmp_path) == [stored]
    assert archive.load(stored, SHA, tmp_path) == DATA
    assert not (tmp_path / stored).stat().st_mode & stat.S_IWUSR


def test_the_same_bytes_are_kept_once_whatever_their_name(tmp_path: Path) -> None:
    first = archive.store(DATA, SHA, ".xlsx", tmp_path)
    before = (tmp_path / first).stat().st_mtime_ns
    assert archive.store(DATA, SHA, ".xls", tmp_path) == first
    assert files(tmp_path) == [first]
    assert (tmp_path / first).stat().st_mtime_ns == before


def test_a_damaged_copy_is_noticed_and_made_good(tmp_path: Path) -> None:
    stored = archive.store(DATA, SHA, ".xlsx", tmp_path)
    copy = tmp_path / stored
    copy.chmod(0o644)
    copy.write_bytes(DATA[:-1])
    assert not archive.verify(stored, SHA, tmp_path)
    with pytest.raises(ToolkitError) as damaged:
        archive.load(stored, SHA, tmp_path)
    assert damaged.value.key == "register.error.archive_damaged"
    archive.store(DATA, SHA, ".xlsx", tmp_path)
    assert archive.verify(stored, SHA, tmp_path)
    assert files(tmp_path) == [stored]


def test_a_copy_that_is_gone(tmp_path: Path) -> None:
    assert not archive.verify("luu-tru/ab/none.xlsx", SHA, tmp_path)
    with pytest.raises(ToolkitError) as gone:
        archive.load("luu-tru/ab/none.xlsx", SHA, tmp_path)
    assert gone.value.key == "register.error.archive_missing"


def test_a_wrong_hash_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="hash"):
        archive.store(DATA, "0" * 64, ".xlsx", tmp_path)
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "luu-tru").write_text("a file where the folder should be")
    with pytest.raises(ToolkitError) as refused:
        archive.store(DATA, SHA, ".xlsx", tmp_path)
    assert refused.value.key == "register.error.archive_write"


def test_an_interrupted_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def interrupted() -> None:
        with replacing(target) as aside:
            aside.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert files(tmp_path) == ["a.txt"]
    assert target.read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_written_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    plain, target = tmp_path / "plain", tmp_path / "target"
    plain.write_text("")
    with replacing(target) as aside:
        aside.write_text("new")
    assert target.stat().st_mode == plain.stat().st_mode


def test_more_is_taken_in_while_a_part_is_on_its_way(tmp_path: Path) -> None:
    first, second = b"first", b"second"
    deposit = archive.Deposit(tmp_path)
    stored = deposit.add(first, hashlib.sha256(first).hexdigest(), ".xlsx")
    part = deposit.part()
    assert deposit.add(first, hashlib.sha256(first).hexdigest(), ".xls") == stored
    other = deposit.add(second, hashlib.sha256(second).hexdigest(), ".xlsx")
    deposit.settle()
    assert not (tmp_path / stored).exists()
    part.settle()
    assert (tmp_path / stored).read_bytes() == first
    assert (tmp_path / other).read_bytes() == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
