"""Hard stops: killed, cut short, full, forbidden, two at once. Nothing lost, nothing twice."""

from __future__ import annotations

import io
import json
import os
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
    count = 210 if LONG else 6
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
