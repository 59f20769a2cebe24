"""Shared fixtures: LibreOffice where it is there, and the rule that CI must have it."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit import workflow
from toolkit.folder import Folder

SAMPLE = Path(__file__).parent.parent / "samples" / "hai-phong-2024"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that need LibreOffice where it is missing, except in CI."""
    if shutil.which("soffice") or os.environ.get("CI") == "true":
        return
    skip = pytest.mark.skip(reason="LibreOffice (soffice) is not installed")
    for item in items:
        if "soffice" in item.keywords:
            item.add_marker(skip)


def tree(root: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@dataclass(frozen=True)
class SampleRun:
    """``baocao run`` on the sample with ``--out``: where it wrote, what it did, and the
    sample's own files before it."""

    out: Path
    ran: workflow.Ran
    before: dict[str, str]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """The sample, run once by each process of tests that asks for it."""
    before = tree(SAMPLE)
    folder = Folder(SAMPLE, tmp_path_factory.mktemp("sample"))
    return SampleRun(folder.out, workflow.run(folder, workflow.load_programme(folder)), before)
