"""Shared fixtures: LibreOffice and a browser where they are there; CI must have them."""

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


# Chromium and what is built on it, as systems call them.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


def browser() -> str | None:
    """The program of a Chromium browser, None where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that need LibreOffice or a browser where it is missing, except in CI."""
    if os.environ.get("CI") == "true":
        return
    needed = {
        "soffice": (shutil.which("soffice"), "LibreOffice (soffice) is not installed"),
        "browser": (browser(), "no Chromium browser is installed"),
    }
    for mark, (found, reason) in needed.items():
        for item in items:
            if found is None and mark in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


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
