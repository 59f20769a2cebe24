"""What is given becomes single files: none vanishes, none reaches outside."""

from __future__ import annotations

import io
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import UnreadableFile
from toolkit.intake import archives
from toolkit.intake import collect as collecting
from toolkit.intake.collect import collect, shown_name
from toolkit.messages import LANGUAGES, text

POSIX = pytest.mark.skipif(os.name == "nt", reason="links and pipes as POSIX has them")


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")  # as some archives have them
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def workbook(mark: str = "a") -> bytes:
    """Bytes that a spreadsheet program would take for a workbook at first sight."""
    return zipped([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", mark.encode())])


def put(root: Path, name: str, data: bytes = b"data") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def taken(*paths: Path) -> list[tuple[str, str, str]]:
    """name, day, and the reason or "" of each file."""
    rows = []
    for item in list(collect(paths)):  # all names first: reading later must work as well
        reason = ""
        try:
            item.read()
        except UnreadableFile as refusal:
            reason = refusal.key
            said = [text(reason, lang, **refusal.params) for lang in LANGUAGES]
            if any("{" in sentence for sentence in said):
                pytest.fail(f"{reason}: a placeholder is not filled")
        rows.append((item.name, item.received.isoformat() if item.received else "", reason))
    return rows


# --- files and folders ----------------------------------------------------------------------


def test_a_folder_comes_whole_and_sorted(tmp_path: Path) -> None:
    for name in (
        "b.xlsx",
        "a.xls",
        "Quý I/Q. Lê Chân.ods",
        "~$b.xlsx",
        ".~lock.b.xlsx#",
        "Thumbs.db",
        ".DS_Store",
        "Quý I/desktop.ini",
        "._b.xlsx",
        ".ẩn.xlsx",
        ".git/config",
        "__MACOSX/._b.xlsx",
        "ghi chú.txt",
    ):
        put(tmp_path, name)
    assert taken(tmp_path) == [
        (".DS_Store", "", "collect.system_file"),
        ("._b.xlsx", "", "collect.system_file"),
        (".git", "", "collect.hidden_file"),
        (".~lock.b.xlsx#", "", "collect.lock_file"),
        (".ẩn.xlsx", "", "collect.hidden_file"),
        ("Quý I/Q. Lê Chân.ods", "", ""),
        ("Quý I/desktop.ini", "", "collect.system_file"),
        ("Thumbs.db", "", "collect.system_file"),
        ("__MACOSX", "", "collect.system_file"),
        ("a.xls", "", ""),
        ("b.xlsx", "", ""),
        ("ghi chú.txt", "", ""),
        ("~$b.xlsx", "", "collect.lock_file"),
    ]


def test_files_that_are_named(tmp_path: Path) -> None:
    hidden, lock = put(tmp_path, ".ẩn.xlsx"), put(tmp_path, "~$b.xlsx")
    twice = put(tmp_path, "a.xlsx")
    assert taken(twice, hidden, lock, tmp_path / "none.xlsx", twice, twice / "below") == [
        ("a.xlsx", "", ""),
        (".ẩn.xlsx", "", ""),  # whoever names a hidden file means it
        ("~$b.xlsx", "", "collect.lock_file"),
        ("none.xlsx", "", "collect.absent"),
        ("a.xlsx", "", ""),
        ("below", "", "collect.absent"),
    ]


def test_reading_gives_the_bytes(tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", b"one")
    put(tmp_path, "b.zip", zipped([("c.xlsx", b"two"), ("empty.xlsx", b"")]))
    assert [(i.name, i.read()) for i in collect([tmp_path])] == [
        ("a.xlsx", b"one"),
        ("b.zip/c.xlsx", b"two"),
        ("b.zip/empty.xlsx", b""),
    ]


def test_the_day_of_the_folder(tmp_path: Path) -> None:
    root = tmp_path / "nhan-ve"
    put(root, "2024-04-05/a.xlsx")
    put(root, "2024-04-05/2024-04-09/Q1/b.xlsx")
    put(root, "2024-13-05/c.xlsx")
    put(root, "ngay 2024-04-05/d.xlsx")
    put(root, "2024-04-06.xlsx")
    put(root, "2024-04-07/e.zip", zipped([("f.xlsx", b"f"), ("2024-04-08/g.xlsx", b"g")]))
    assert [(i.name.rsplit("/", 1)[-1], i.received) for i in collect([root])] == [
        ("b.xlsx", date(2024, 4, 9)),
        ("a.xlsx", date(2024, 4, 5)),
        ("2024-04-06.xlsx", None),
        ("g.xlsx", date(2024, 4, 8)),
        ("f.xlsx", date(2024, 4, 7)),
        ("c.xlsx", None),
        ("d.xlsx", None),
    ]
    (given_itself,) = collect([root / "2024-04-05" / "a.xlsx"])
    assert given_itself.received == date(2024, 4, 5)
    assert [i.received for i in collect([root / "2024-13-05"])] == [None]


def test_names_are_composed_unicode(tmp_path: Path) -> None:
    put(tmp_path, "Le\u0302 Cha\u0302n.xlsx")
    assert [i.name for i in collect([tmp_path])] == ["Lê Chân.xlsx"]


def test_size_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MAX_BYTES", 10)
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    put(tmp_path, "fits.xlsx", b"0123456789")
    put(tmp_path, "large.xlsx", b"0123456789a")
    put(tmp_path, "z.zip", zipped([("fits.xlsx", b"0123456789"), ("large.xlsx", b"01234567890")]))
    assert taken(tmp_path) == [
        ("fits.xlsx", "", ""),
        ("large.xlsx", "", "collect.too_large"),
        ("z.zip/fits.xlsx", "", ""),
        ("z.zip/large.xlsx", "", "collect.too_large"),
    ]


def test_a_file_that_goes_away_meanwhile(tmp_path: Path) -> None:
    path = put(tmp_path, "a.xlsx")
    (item,) = collect([tmp_path])
    path.unlink()
    with pytest.raises(UnreadableFile) as refused:
        item.read()
    assert refused.value.key == "collect.vanished"


@POSIX
def test_links_and_pipes(tmp_path: Path) -> None:
    root = tmp_path / "nhan-ve"
    inside, outside = put(root, "a.xlsx"), put(tmp_path, "elsewhere/secret.xlsx")
    (root / "inside.xlsx").symlink_to(inside)
    (root / "outside.xlsx").symlink_to(outside)
    (root / "folder").symlink_to(outside.parent)
    (root / "loop").symlink_to(root)
    (root / "broken.xlsx").symlink_to(root / "none")
    (root / "circle.xlsx").symlink_to(root / "circle.xlsx")
    os.mkfifo(root / "pipe.xlsx")
    assert taken(root) == [
        ("a.xlsx", "", ""),
        ("broken.xlsx", "", "collect.link_broken"),
        ("circle.xlsx", "", "collect.link_broken"),
        ("folder", "", "collect.link_folder"),
        ("inside.xlsx", "", ""),
        ("loop", "", "collect.link_folder"),
        ("outside.xlsx", "", "collect.link_outside"),
        ("pipe.xlsx", "", "collect.not_a_file"),
    ]
    # What the clerk names himself is followed.
    assert taken(root / "outside.xlsx", root / "folder") == [
        ("outside.xlsx", "", ""),
        ("secret.xlsx", "", ""),
    ]


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/inside.xlsx")
    put(tmp_path, "b.xlsx")
    scan, open_ = os.scandir, Path.open

    def no_scan(path: Path) -> object:
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    def no_open(path: Path, mode: str = "r") -> object:
        if path.name == "b.xlsx":
            raise PermissionError(13, "Permission denied")
        return open_(path, mode)

    # The tests may run as root, who may read everything: the refusal has to be made.
    monkeypatch.setattr(os, "scandir", no_scan)
    monkeypatch.setattr(Path, "open", no_open)
    assert taken(tmp_path) == [
        ("a", "", "collect.no_permission"),
        ("b.xlsx", "", "collect.no_permission"),
    ]


# --- archives -------------------------------------------------------------------------------


def test_workbooks_are_told_from_archives_by_what_is_inside(tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", workbook())
    put(tmp_path, "b.zip", workbook())  # a workbook under a wrong name
    lower = [("[content_types].xml", b"<Types/>"), ("xl\\workbook.xml", b"")]
    put(tmp_path, "g.xlsx", zipped(lower))  # as some programs write the names
    put(tmp_path, "c.ods", zipped([("mimetype", b"application/vnd.oasis")]))
    put(tmp_path, "d.xlsx", zipped([("e.xlsx", workbook())]))  # an archive under a wrong name
    put(tmp_path, "f.xlsx", workbook()[:-10])  # damaged: for the intake to judge
    put(tmp_path, "g.zip", b"Rar!")
    put(tmp_path, "h.zip", zipped([("a.xlsx", workbook())])[:-10])
    put(tmp_path, "i.zip", zipped([]))
    put(tmp_path, "j.zip", zipped([("folder/", b"")]))
    put(tmp_path, "k.zip", b"")
    assert taken(tmp_path) == [
        ("a.xlsx", "", ""),
        ("b.zip", "", ""),
        ("c.ods", "", ""),
        ("d.xlsx/e.xlsx", "", ""),
        ("f.xlsx", "", ""),
        ("g.xlsx", "", ""),
        ("g.zip", "", "collect.bad_zip"),
        ("h.zip", "", "collect.bad_zip"),
        ("i.zip", "", "collect.empty_zip"),
        ("j.zip", "", "collect.empty_zip"),
        ("k.zip", "", "collect.bad_zip"),
    ]


def test_members_that_are_no_returns_still_come_out(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "thu.zip",
        zipped(
            [
                ("Quý I/b.xlsx", workbook("b")),
                ("a.xlsx", workbook("a")),
                ("a.xlsx", workbook("another")),
                ("~$a.xlsx", b"x"),
                ("__MACOSX/._a.xlsx", b"x"),
                ("Quý I/Thumbs.db", b"x"),
                (".hidden/c.xlsx", b"x"),
                ("inner.zip", zipped([("d.xlsx", workbook("d"))])),
                ("damaged.xlsx", workbook()[:-10]),
            ]
        ),
    )
    assert taken(path) == [
        ("thu.zip/.hidden/c.xlsx", "", "collect.hidden_file"),
        ("thu.zip/Quý I/Thumbs.db", "", "collect.system_file"),
        ("thu.zip/Quý I/b.xlsx", "", ""),
        ("thu.zip/__MACOSX/._a.xlsx", "", "collect.system_file"),
        ("thu.zip/a.xlsx", "", ""),
        ("thu.zip/a.xlsx", "", ""),
        ("thu.zip/damaged.xlsx", "", ""),
        ("thu.zip/inner.zip", "", "collect.nested_zip"),
        ("thu.zip/~$a.xlsx", "", "collect.lock_file"),
    ]
    first, second = (i.read() for i in collect([path]) if i.name == "thu.zip/a.xlsx")
    assert (first, second) == (workbook("a"), workbook("another"))


def test_members_of_several_archives_in_any_order(tmp_path: Path) -> None:
    for name in "ab":
        put(tmp_path, f"{name}.zip", zipped([(f"{n}.xlsx", f"{name}{n}".encode()) for n in "12"]))
    items = list(collect([tmp_path]))
    assert [items[i].read() for i in (0, 2, 1, 3)] == [b"a1", b"b1", b"a2", b"b2"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("..\\..\\Windows\\a.xlsx", "Windows/a.xlsx"),
        ("C:\\a.xlsx", "C_/a.xlsx"),
        ("a/./b//c.xlsx", "a/b/c.xlsx"),
        ("a/.../b.xlsx", "a/b.xlsx"),
        ("CON", "_CON"),
        ("nul.xlsx", "_nul.xlsx"),
        ("com1 .xlsx", "_com1 .xlsx"),
        ("LPT9.xlsx", "_LPT9.xlsx"),
        ("console.xlsx", "console.xlsx"),
        ("a.xlsx. .", "a.xlsx"),
        ("a\nb\x1b[2J.xlsx", "a_b_[2J.xlsx"),
        ('a<b>:"|?*.xlsx', "a_b______.xlsx"),
        ("..", "_"),
        ("", "_"),
        ("a\ud800b.xlsx", "a\ufffdb.xlsx"),
        ("a\udcff.xlsx", "a\ufffd.xlsx"),
        ("Q. Lê Chân - quý I.xlsx", "Q. Lê Chân - quý I.xlsx"),
    ],
)
def test_names_reach_nowhere(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@given(st.text(st.characters()))
def test_property_names_reach_nowhere(name: str) -> None:
    shown = shown_name(name)
    parts = shown.split("/")
    assert all(part and part.strip(" .") for part in parts)
    assert not any(ord(c) < 32 or c in '\\:*?"<>|' for c in shown)
    assert shown_name(shown) == shown
    shown.encode("utf-8")


def test_an_archive_with_tricks_in_its_names(tmp_path: Path) -> None:
    path = put(tmp_path, "thu.zip", zipped([("../../a.xlsx", b"a"), ("/b.xlsx", b"b")]))
    assert taken(path) == [("thu.zip/a.xlsx", "", ""), ("thu.zip/b.xlsx", "", "")]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["thu.zip"]


def test_names_in_utf8_without_the_flag(tmp_path: Path) -> None:
    data = zipped([("Lê Chân.xlsx", b"a")])
    # as macOS writes it: bit 11 of both headers cleared
    local = struct.pack("<H", 0x800)
    plain = data.replace(local, b"\0\0")
    assert plain != data
    path = put(tmp_path, "thu.zip", plain)
    assert [i.name for i in collect([path])] == ["thu.zip/Lê Chân.xlsx"]


def test_archives_made_to_do_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL", 5 * archives.MB)
    zeros = bytes(3 * archives.MB)
    put(tmp_path, "bomb.zip", zipped([("a.xls", zeros)], zipfile.ZIP_DEFLATED))
    put(tmp_path, "many.zip", zipped([("a.xls", zeros), ("b.xls", zeros), ("c.xls", b"c")]))
    assert taken(tmp_path) == [
        ("bomb.zip/a.xls", "", "collect.zip_bomb"),
        ("many.zip/a.xls", "", ""),
        ("many.zip/b.xls", "", "collect.zip_total"),
        ("many.zip/c.xls", "", "collect.zip_total"),
    ]


def test_members_that_cannot_be_unpacked(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.xlsx", b"some bytes of a return")]))
    damaged = bytes(data).replace(b"some", b"SOME")
    locked, unknown = bytearray(data), bytearray(data)
    central = data.index(b"PK\x01\x02")
    for start, offset in ((0, 6), (central, 8)):
        locked[start + offset] |= 1
        struct.pack_into("<H", unknown, start + offset + 2, 99)
    put(tmp_path, "damaged.zip", damaged)
    put(tmp_path, "locked.zip", bytes(locked))
    put(tmp_path, "unknown.zip", bytes(unknown))
    assert taken(tmp_path) == [
        ("damaged.zip/a.xlsx", "", "collect.bad_zip"),
        ("locked.zip/a.xlsx", "", "collect.encrypted"),
        ("unknown.zip/a.xlsx", "", "collect.zip_method"),
    ]


def test_collecting_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zipped([("b.xlsx", workbook())]))
    (tmp_path / "a.zip").chmod(stat.S_IRUSR)
    before = sorted((p.name, p.stat().st_mtime_ns) for p in tmp_path.iterdir())
    taken(tmp_path)
    assert sorted((p.name, p.stat().st_mtime_ns) for p in tmp_path.iterdir()) == before
