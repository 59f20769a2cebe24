"""The doctor: each thing that can be wrong in a folder is said, and mended where it safely can."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from kills import content
from test_stops import Q1, REGISTERS, given, place, say, taken

from toolkit.folder import Folder
from toolkit.programme.recognise import is_programme
from toolkit.register import archive
from toolkit.register.journal import journal_path, read_journal, write_journal
from toolkit.register.store import Register
from toolkit.workflow.doctor import doctor

__all__ = ["given", "place", "say", "taken"]
Say = Callable[..., tuple[int, str, str]]


def originals(place: Folder) -> list[Path]:
    return sorted((place.root / "luu-tru").glob("*/*.xlsx"))


def original_of(place: Folder, file: str) -> Path:
    (sha,) = (a.sha256 for a in read_journal(place.out).arrivals() if a.file == file)
    (path,) = (place.root / "luu-tru" / sha[:2]).glob(f"{sha}.*")
    path.chmod(0o644)
    return path


def codes(place: Folder, *, mend: bool = False) -> list[str]:
    return sorted(f.code.removeprefix("doctor.") for f in doctor(place, mend=mend).findings)


# --- what can be wrong ----------------------------------------------------------------------


def cut(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size // 2)


def lose_record(place: Folder) -> None:
    """As a command killed between archive and register leaves it."""
    with closing(sqlite3.connect(place.register)) as db:
        for table in ("edition_returns", "edition_figures", "edition_files", "edition_periods"):
            db.execute(f"DELETE FROM {table}")
        sha = "(SELECT sha256 FROM submissions WHERE file LIKE '%303.xlsx')"
        db.execute("DELETE FROM decisions")
        db.execute("DELETE FROM editions")
        db.execute(f"DELETE FROM receipts WHERE sha256 = {sha}")
        submission = "(SELECT id FROM submissions WHERE file LIKE '%303.xlsx')"
        for table in ("answers", "ledgers", "findings"):
            db.execute(f"DELETE FROM {table} WHERE submission = {submission}")
        db.execute("DELETE FROM submissions WHERE file LIKE '%303.xlsx'")
        db.execute("DELETE FROM originals WHERE sha256 NOT IN (SELECT sha256 FROM submissions)")
        db.commit()


def loose_rows(place: Folder) -> None:
    with closing(sqlite3.connect(place.register)) as db:
        db.execute("INSERT INTO ledgers VALUES (999, 0, 'x', 0, 0, 0, 0)")
        db.commit()


def garble(place: Folder) -> None:
    """A page in the middle overwritten, as by a bad disk."""
    with place.register.open("rb+") as file:
        file.seek(place.register.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 8192)


def spoil_edition(place: Folder) -> None:
    (place.edition(Q1, 1) / "con-so.csv").unlink()
    cut(place.edition(Q1, 1) / "tong-hop.xlsx")


def leave_behind(place: Folder) -> None:
    (place.reports(Q1) / ".baocao-4194305-tong-hop.xlsx").write_bytes(b"x")
    (place.editions / ".baocao-4194305-2024-Q1-so-2").mkdir()


def many_at_once(place: Folder) -> None:
    """A power cut, a bad disk, a hand that deletes."""
    garble(place)
    cut(place.summary(Q1))
    spoil_edition(place)
    leave_behind(place)


def archive_and_journal(place: Folder) -> None:
    cut(original_of(place, "2024-04-05/303.xlsx"))
    original_of(place, "2024-04-06/gop.zip/311.xlsx").unlink()
    journal = journal_path(place.out)
    os.truncate(journal, journal.stat().st_size - 9)


MENDED: list[tuple[str, Callable[[Folder], object], list[str]]] = [
    ("many at once", many_at_once, ["leftover", "leftover", "output_broken", "register_damaged"]),
    ("register empty", lambda p: os.truncate(p.register, 0), ["register_gone"]),
    ("rows that point nowhere", loose_rows, ["register_links"]),
    (
        "an older register put back",
        lose_record,
        ["edition_unrecorded", "original_unrecorded", "register_behind"],
    ),
    (
        "archive and journal",
        archive_and_journal,
        ["journal_broken", "journal_short", "original_damaged", "original_missing"],
    ),
    ("journal gone", lambda p: journal_path(p.out).unlink(), ["journal_short"]),
    ("published files", spoil_edition, ["edition_altered", "edition_missing"]),
]


@pytest.mark.parametrize(("spoil", "said"), [m[1:] for m in MENDED], ids=[m[0] for m in MENDED])
def test_it_is_said_and_mended(
    taken: Folder, place: Folder, spoil: Callable[[Folder], object], said: list[str]
) -> None:
    """Afterwards the folder is as it was: register, decisions, editions, originals, outputs."""
    before, kept = content(taken.register), {p: p.read_bytes() for p in originals(place)}
    summary = place.summary(Q1).read_bytes()
    spoil(place)
    # What cannot be read as a workbook came in too: no fault of the folder.
    assert codes(place) == said
    done = doctor(place, mend=True)
    assert {f.code for f in done.findings} <= {"doctor.journal_broken"}
    assert {f"doctor.{code}" for code in said} <= {f.code for f in (*done.mended, *done.findings)}
    assert done.clean
    assert content(place.register) == before
    assert [p.read_bytes() for p in originals(place)] == list(kept.values())
    assert place.summary(Q1).read_bytes() == summary
    assert codes(place) in ([], ["journal_broken"])


def test_an_original_that_nothing_speaks_of_is_recorded(place: Folder) -> None:
    data = b"%PDF-1.7 bao cao"
    sha = hashlib.sha256(data).hexdigest()
    stored = archive.store(data, sha, ".pdf", place.out)
    assert codes(place) == ["original_unrecorded"]
    assert codes(place, mend=True) == []
    with Register(place.register, read_only=True) as register:
        assert register.originals()[sha] == stored
        assert [s.file for s in register.unplaced() if s.sha256 == sha] == [f"{sha}.pdf"]


def test_what_cannot_be_mended_is_said(say: Say, place: Folder) -> None:
    """An original that is nowhere else: named, with what to do; everything else goes on."""
    lost = original_of(place, "2024-04-06/305 lai.xlsx")
    lost.unlink()
    shutil.rmtree(place.incoming)
    (place.root / "luu-tru" / "ghi chú.txt").write_text("x", "utf-8")
    (place.editions / f"{Q1}-so-7").mkdir()
    (place.reports(Q1) / "bieu-do").mkdir(exist_ok=True)
    (place.reports(Q1) / "bieu-do" / "CT.png").write_bytes(b"\x89PNG")
    code, out, err = say("-C", place.root, "doctor", "--mend")
    assert (code, err) == (1, "")
    assert 'Mất bản gốc của "2024-04-06/305 lai.xlsx". Hãy chép lại tệp này từ bản sao lưu' in out
    assert "· luu-tru/ghi chú.txt: Tệp này không do baocao lưu." in out
    assert f"! an-ban/{Q1}-so-7: Thư mục này giống ấn bản" in out
    assert f"✘ bao-cao/{Q1}/bieu-do/CT.png: Tệp đã lập không nguyên vẹn." in out
    cut(place.register)
    code, out, _ = say("-C", place.root, "doctor", "--mend", "--lang", "en")
    assert code == 1
    assert "lacks returns whose originals are gone: 2024-04-06/305 lai.xlsx" in out
    assert "lacks editions whose originals or programme are gone: 2024-Q1/1" in out
    assert "lacks 1 decisions" in out
    assert place.register.with_name("baocao.db.hong-1").is_file()


def test_a_summary_that_is_out_of_date(say: Say, place: Folder) -> None:
    say("-C", place.root, "reopen", Q1, "-w", "x")
    assert say("-C", place.root, "accept", "303", Q1, "-w", "x")[0] == 0
    target = place.summary(Q1)
    say("-C", place.root, "consolidate", "-p", Q1, "--lang", "en")
    assert codes(place) == []  # current, in whichever language
    shutil.copyfile(place.edition(Q1, 1) / "tong-hop.xlsx", target)
    say("-C", place.root, "reopen", "305", Q1, "-w", "x")
    shown = json.loads(say("-C", place.root, "doctor", "--json")[1])
    assert (shown["clean"], [f["code"] for f in shown["findings"]]) == (
        False,
        ["doctor.output_stale"],
    )
    assert shown["findings"][0]["file"] == f"bao-cao/{Q1}/tong-hop.xlsx"
    assert f"baocao consolidate --period {Q1}" in shown["findings"][0]["message"]


def test_a_folder_of_an_earlier_version(say: Say, place: Folder) -> None:
    """Without a journal: one is made; a damaged register is made from the originals alone."""
    journal_path(place.out).unlink()
    cut(place.register)
    assert codes(place, mend=True) == ["edition_unrecorded", "lost_journal", "output_stale"]
    assert {a.sha256 for a in read_journal(place.out).arrivals()} == {
        p.stem for p in (place.root / "luu-tru").glob("*/*") if not is_programme(p)
    }
    place.register.write_bytes(gzip.decompress((REGISTERS / "v2.db.gz").read_bytes()))
    journal_path(place.out).unlink()
    assert "register_older" in codes(place)


def test_it_only_looks(say: Say, place: Folder) -> None:
    cut(place.summary(Q1))
    before = {p: p.stat().st_mtime_ns for p in place.root.rglob("*")}
    code, out, _ = say("-C", place.root, "doctor")
    assert (code, "baocao doctor --mend" in out) == (1, True)
    assert {p: p.stat().st_mtime_ns for p in place.root.rglob("*")} == before


def test_sound_and_empty_folders(say: Say, place: Folder, tmp_path: Path) -> None:
    code, out, err = say("-C", place.root, "doctor")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "Thư mục nguyên vẹn."
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copy(place.programme, empty)
    assert say("-C", empty, "doctor", "--mend")[0] == 0
    assert not (empty / "baocao.db").exists()
    (empty / "chuong-trinh.xlsx").write_bytes(b"x")
    assert codes(Folder(empty, empty)) == ["programme_faulty"]


def test_the_journal_gives_back_what_was_written(place: Folder, tmp_path: Path) -> None:
    journal = read_journal(place.out)
    assert {type(e).__name__ for e in journal.entries} == {"Arrival", "Decision", "Closing"}
    write_journal(tmp_path, journal.entries[:3])
    os.truncate(journal_path(tmp_path), journal_path(tmp_path).stat().st_size - 5)
    write_journal(tmp_path, journal.entries[2:])
    again = read_journal(tmp_path)
    assert (again.entries, again.broken) == (journal.entries, 1)


def test_figures_that_are_not_those_of_the_originals(place: Folder) -> None:
    assert "doctor.figures_differ" not in {f.code for f in doctor(place, again=True).findings}
    with closing(sqlite3.connect(place.register)) as db:
        db.execute(
            "UPDATE answers SET value = '987654' WHERE (submission, form, row, "
            "field) IN (SELECT submission, form, row, field FROM answers "
            "WHERE kind = 'decimal' AND form = 'DT' AND field = 'so_cuoc' LIMIT 1)"
        )
        db.commit()
    (found,) = [f for f in doctor(place, again=True).findings if f.code == "doctor.figures_differ"]
    assert found.address.file.startswith("luu-tru/")
