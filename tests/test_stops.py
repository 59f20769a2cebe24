"""Hard stops: killed, cut short, full, forbidden, two at once. Nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from kills import content
from test_workflow import filled, programme_in

from toolkit import workflow
from toolkit.cli import run
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.register import lock, schema, shares
from toolkit.register.store import Register

ROOT = Path(__file__).parent.parent
Q1 = "2024-Q1"
LONG = os.environ.get("BAOCAO_LONG") == "1"


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A programme and what came in: clean, faulty, sent twice, in a zip, not to be read."""
    place = programme_in(tmp_path_factory.mktemp("given"))
    files = {
        "2024-04-05/303.xlsx": filled(place, unit="303"),
        "2024-04-05/305.xlsx": filled(place),
        "2024-04-06/305 lai.xlsx": filled(place, changes={("CT", "F9"): 2, ("CT", "G9"): 5}),
        "2024-04-06/gop.zip": zipped({"311.xlsx": filled(place, unit="311")}),
        "2024-04-06/hong.xlsx": b"khong phai bao cao",
    }
    for name, data in files.items():
        path = place.incoming / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return place


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_random_instants(given: Folder, tmp_path: Path) -> None:
    """``BAOCAO_LONG=1`` kills 210 times (some minutes); else a handful."""
    count = 210 if LONG else 4
    seed = os.environ.get("BAOCAO_SEED", "20240405")
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "kills.py", given.root, tmp_path, seed, str(count)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout)
    print(json.dumps(said, ensure_ascii=False))
    assert said["faults"] == [], done.stderr[-3000:]
    assert said["kills"] >= count


# --- a full disk ----------------------------------------------------------------------------


def full_disk(given: Folder, disk: Path, how: str, *before: str) -> list[dict[str, object]]:
    steps = 8 if LONG else 1
    script = [sys.executable, str(ROOT / "tests" / "full_disk.py")]
    words = [*script, str(given.root), str(disk), how, str(steps)]
    done = subprocess.run(
        [*before, *words],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: list[dict[str, object]] = json.loads(done.stdout)
    assert {one["command"] for one in said if one["code"] == 2} == {
        "receive",
        "consolidate",
        "close",
    }
    return said


def mounts_allowed() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")
def test_a_full_disk(given: Folder, tmp_path: Path) -> None:
    """A real one of 3 MB where one can be mounted, which fills up at different points; else,
    and in the long size, files that the system does not let grow."""
    mounted = mounts_allowed()
    if mounted:
        mount = f"mount -t tmpfs -o size=3m none '{tmp_path}' && exec \"$@\""
        said = full_disk(given, tmp_path, "tmpfs", "unshare", "-rm", "sh", "-c", mount, "sh")
        for one in said:
            assert one["code"] != 2 or "đầy" in str(one["said"]), one
    if LONG or not mounted:
        said = full_disk(given, tmp_path, "limit")
        assert all(str(one["said"]).strip() for one in said if one["code"] == 2)


# --- two at once ----------------------------------------------------------------------------

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command line: exit code, standard output, standard error."""

    def command(*argv: object) -> tuple[int, str, str]:
        code = run([str(word) for word in argv])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture(scope="module")
def taken(given: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Everything received and one period consolidated and closed; to be copied."""
    root = tmp_path_factory.mktemp("taken") / "thư mục"
    shutil.copytree(given.root, root)
    place = Folder(root, root)
    workflow.receive(place, workflow.load_programme(place))
    workflow.send_back(place, "305", Q1, "bổ sung")
    workflow.close(place, Q1, "đến hạn")
    workflow.consolidate(place, [Q1])
    return place


@pytest.fixture
def place(taken: Folder, tmp_path: Path) -> Folder:
    target = tmp_path / "dời đi"
    shutil.copytree(taken.root, target)
    return Folder(target, target)


def test_two_receive_at_once(given: Folder, taken: Folder, tmp_path: Path) -> None:
    """Both end well, the second after the first; what is on record is as of one alone."""
    shutil.copytree(given.root, tmp_path / "x")
    words = [sys.executable, "-c", "from toolkit.cli import main; main()", "-C", tmp_path / "x"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    words.append("receive")
    both = [subprocess.Popen(words, env=env, stdout=pipe, stderr=pipe) for _ in range(2)]
    said = [one.communicate(timeout=60) for one in both]
    assert [one.returncode for one in both] == [1, 1], said  # a file that cannot be read
    assert [err for _, err in said] == [b"", b""]
    found, alone = content(tmp_path / "x" / "baocao.db"), content(taken.register)
    for table in ("originals", "answers", "ledgers", "findings"):
        assert found[table] == alone[table]
    assert len(found["submissions"]) == 5


def test_another_command_is_at_work(
    say: Say, place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.2)
    before = place.register.read_bytes()
    with lock.at_work(place.out):
        for words in (["receive"], ["doctor", "--mend"]):
            code, out, err = say("-C", place.root, *words)
            assert (code, out) == (2, "")
            assert err.startswith("Đang có lệnh khác làm việc trong thư mục")
        assert say("-C", place.root, "status")[0] == 0  # who only looks is not kept waiting
    assert place.register.read_bytes() == before


# --- network shares -------------------------------------------------------------------------

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//may-chu/dung-chung /mnt/chung cifs rw,vers=3.0 0 0
may:/xuat /mnt/xuat\\040ban nfs4 rw 0 0
/dev/sdb1 /mnt/chung/usb fuseblk rw 0 0
tai@may: /home/tai/xa fuse.sshfs rw 0 0
ổ /mnt/hai/lớp ext4 rw 0 0
ổ /mnt/hai/lớp nfs rw 0 0
hỏng
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/tai/bao-cao", ""),
        ("/mnt/chung/2025", "cifs"),
        ("/mnt/chung", "cifs"),
        ("/mnt/chungcu", ""),
        ("/mnt/chung/usb/2025", ""),
        ("/mnt/xuat ban/2025", "nfs4"),
        ("/home/tai/xa/y", "fuse.sshfs"),
        ("/mnt/hai/lớp/2025", "nfs"),
    ],
)
def test_shares_are_told_by_the_mounts(folder: str, kind: str) -> None:
    assert shares.kind_in(MOUNTS, folder) == kind


@pytest.mark.parametrize(
    ("folder", "share"),
    [
        (r"\\may\chung\2025", True),
        (r"\\?\UNC\may\chung", True),
        ("//may/chung", True),
        (r"C:\bao-cao", False),
        (r"\\?\C:\bao-cao", False),
    ],
)
def test_shares_of_windows(folder: str, share: bool) -> None:
    assert shares.is_unc(folder) is share


@pytest.fixture
def on_share(place: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The folder as if it lay on a share, by a mount table of our own."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"may:/x {str(tmp_path).replace(' ', chr(92) + '040')} nfs4 rw 0 0\n")
    monkeypatch.setattr(shares, "_MOUNTS", mounts)
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.2)
    return place


def test_on_a_share_one_machine_writes_at_a_time(say: Say, on_share: Folder) -> None:
    file = on_share.out / lock.SHARE_LOCK
    assert say("-C", on_share.root, "receive")[0] == 1
    assert not file.exists()
    theirs = {"host": "may-ke-toan", "pid": 7, "since": "2025-04-08T08:00:00+07:00"}
    file.write_text(json.dumps(theirs), "utf-8")
    code, _, err = say("-C", on_share.root, "receive")
    assert code == 2
    assert "máy may-ke-toan, tiến trình 7, từ 2025-04-08" in err
    assert f"hãy xóa tệp {file}" in err
    file.write_text("", "utf-8")  # cut short
    assert "không rõ của máy nào" in say("-C", on_share.root, "receive")[2]
    gone = {"host": socket.gethostname(), "pid": 2**22 + 1, "since": ""}
    file.write_text(json.dumps(gone), "utf-8")
    assert say("-C", on_share.root, "receive")[0] == 1  # taken over: its command is gone
    assert not file.exists()
    assert "Thư mục nằm trên ổ mạng (nfs4)" in say("-C", on_share.root, "doctor")[1]


def test_a_share_without_locks_is_refused(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("locking protocol")
    error.sqlite_errorname = "SQLITE_PROTOCOL"
    with pytest.raises(ToolkitError) as refused, schema.translated(tmp_path / "baocao.db"):
        raise error
    assert refused.value.key == "register.error.share"


# --- what must not be written ---------------------------------------------------------------


def unprivileged(*commands: Sequence[object]) -> list[tuple[int, str]]:
    """Exit codes and errors of commands run as somebody whom permissions hold: of root without
    its privileges."""
    before = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root cannot put its privileges down here (setpriv)")
        before = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    script = (
        "import contextlib, io, json, sys\n"
        "from toolkit.cli import run\n"
        "done = []\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    said = io.StringIO()\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):\n"
        "        code = run(words)\n"
        "    done.append([code, said.getvalue()])\n"
        "print(json.dumps(done))\n"
    )
    listed = json.dumps([[str(word) for word in words] for words in commands])
    done = subprocess.run(
        [*before, sys.executable, "-c", script, listed],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [(code, said) for code, said in json.loads(done.stdout)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs the permissions of POSIX")
def test_a_folder_that_can_only_be_read(place: Folder) -> None:
    """And one file alone; nothing is changed, and the words say which and what to do."""
    for path in (place.root, *place.root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = content(place.register)
    here = ("-C", place.root)
    *refused, (code, err) = unprivileged(
        (*here, "receive"),
        (*here, "reopen", Q1, "-w", "x"),
        (*here, "doctor", "--mend"),
        (*here, "consolidate", "-p", Q1),
    )
    at = f"Không ghi được vào thư mục {place.root} (không có quyền)"
    assert [(code, err.startswith(at)) for code, err in refused] == [(2, True)] * 3, refused
    assert (code, "không có quyền" in err) == (2, True), err
    for path in (place.root, *place.root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    with Register(place.register, read_only=True) as register:
        original = place.out / register.current()[0].stored  # not the programme of an edition
    original.chmod(0o000)
    place.register.chmod(0o444)
    read_only, examined = unprivileged(
        (*here, "reopen", Q1, "-w", "x"), (*here, "consolidate", "-p", "2024")
    )
    assert read_only[0] == 2
    assert f"vào sổ đăng ký {place.register}" in read_only[1]
    assert examined[0] == 2
    assert f"luu-tru/{original.parent.name}/{original.name} (không có quyền)" in examined[1]
    original.chmod(0o444)
    place.register.chmod(0o000)
    ((code, err),) = unprivileged((*here, "status"))
    assert (code, f"Không mở được sổ đăng ký {place.register}" in err) == (2, True), err
    place.register.chmod(0o666)
    assert content(place.register) == before


# --- the register ---------------------------------------------------------------------------


def test_a_reader_after_a_command_killed_while_it_wrote(say: Say, place: Folder) -> None:
    """A journal of SQLite that has to be played back: also ``status`` does so."""
    script = (
        "import sqlite3, os, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1')\n"
        "c.execute('BEGIN IMMEDIATE')\n"
        "c.execute('DELETE FROM answers')\n"
        "c.execute('UPDATE findings SET found = ?', ('x' * 5000,))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    before = content(place.register)
    subprocess.run([sys.executable, "-c", script, place.register], check=False)
    assert place.register.with_name("baocao.db-journal").stat().st_size > 0
    assert say("-C", place.root, "status")[0] == 0
    assert content(place.register) == before


def test_an_empty_or_missing_register_is_not_a_new_one(say: Say, place: Folder) -> None:
    for spoil, command in (
        (lambda: os.truncate(place.register, 0), "receive"),
        (place.register.unlink, "status"),
    ):
        spoil()
        for _ in range(2):
            code, _, err = say("-C", place.root, command)
            assert code == 2
            assert "baocao doctor --mend" in err


REGISTERS = ROOT / "tests" / "data" / "registers"


@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_registers_of_every_version_open(tmp_path: Path, version: int) -> None:
    """As the program of that version wrote them; a copy is kept, everything is still there."""
    path = tmp_path / "baocao.db"
    packed = REGISTERS / f"v{version}.db.gz"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    old = tables(path)
    with Register(path, read_only=True) as reader:
        (current,) = reader.current()
        assert (current.unit, current.period) == ("303", "2024-Q1")
        answers = reader.detail(current.id).answers
    assert tables(path) == old
    with Register(path) as register:
        assert register.detail(current.id).answers == answers
        assert len(register.editions()) == (version >= 3)
        assert (current.decision is not None) == (version >= 2)
    kept = path.with_name(f"baocao.db.v{version}")
    assert kept.exists() == (version < schema.VERSION)
    if kept.exists():
        assert tables(kept) == old
    now = tables(path)
    for name, rows in old.items():
        # Later columns stand behind those that were there.
        assert [row[: len(was)] for row, was in zip(now[name], rows, strict=True)] == rows


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)
            for (name,) in named.fetchall()
            if not name.startswith("sqlite_")
        }


@pytest.mark.parametrize("statement", ["CREATE TABLE edition_files", "PRAGMA user_version = "])
def test_killed_while_it_is_brought_up_to_date(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "baocao.db"
    path.write_bytes(gzip.decompress((REGISTERS / "v1.db.gz").read_bytes()))
    old = tables(path)
    script = (
        "import os, sqlite3, sys\n"
        "from pathlib import Path\n"
        "from toolkit.register import schema\n"
        "connect = sqlite3.connect\n"
        "def connected(*a, **o):\n"
        "    c = connect(*a, **o)\n"
        "    stop = lambda s: s.startswith(sys.argv[2]) and os.kill(os.getpid(), 9)\n"
        "    c.set_trace_callback(stop)\n"
        "    return c\n"
        "sqlite3.connect = connected\n"
        "schema.connect(Path(sys.argv[1]))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script, path, statement], env=env, check=False)
    assert done.returncode == -9
    assert tables(path) == old
    with Register(path) as register:
        assert len(register.current()) == 1
