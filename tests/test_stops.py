"""Hard stops: killed, cut short, full, forbidden, two at once. Nothing lost, nothing twice."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from test_workflow import filled, programme_in

from toolkit.folder import Folder

ROOT = Path(__file__).parent.parent
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
