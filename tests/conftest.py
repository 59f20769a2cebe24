"""Shared fixtures: LibreOffice and a browser where they are there; CI must have them."""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest
from faulting import shared_folder
from hypothesis import settings

from toolkit import workflow
from toolkit.findings import Finding
from toolkit.folder import Folder
from toolkit.programme import load
from toolkit.programme.model import Programme

# How long one example takes is the business of tests/bench: a busy machine fails no test.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

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


def pytest_configure(config: pytest.Config) -> None:
    """Search for cycles of garbage seldom; see below."""
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare the cyclic garbage collector the thousands of objects that stay to the end.

    Searched over and over they take a third of the time in which openpyxl reads a workbook.
    """
    gc.collect()
    gc.freeze()


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
    """The sample, run once for all processes of tests; each has a copy of what it wrote."""

    def run(place: Path) -> None:
        before = tree(SAMPLE)
        folder = Folder(SAMPLE, place / "out")
        ran = workflow.run(folder, workflow.load_programme(folder))
        (place / "ran").write_bytes(pickle.dumps((ran, before)))

    made = shared_folder(tmp_path_factory, "sample", run)
    ran, before = pickle.loads((made / "ran").read_bytes())
    own = tmp_path_factory.mktemp("sample-run") / "out"
    shutil.copytree(made / "out", own)
    return SampleRun(own, ran, before)


@dataclass(frozen=True)
class _Workbook:
    """A programme's workbook, known by what it holds."""

    name: str
    digest: bytes
    path: Path = field(compare=False)


@pytest.fixture(scope="session", autouse=True)
def _programmes_are_loaded_once() -> Iterator[None]:
    """The same workbook gives the same frozen programme; most tests have one of a few.

    Every command loads it anew, which is half of what a short command takes.
    """
    whole = load.load_with_findings

    @lru_cache(maxsize=16)
    def loaded(book: _Workbook) -> tuple[Programme | None, tuple[Finding, ...]]:
        return whole(book.path)

    def remembered(path: Path) -> tuple[Programme | None, tuple[Finding, ...]]:
        if not path.is_file() or path.stat().st_size > 1_000_000:
            return whole(path)
        return loaded(_Workbook(path.name, hashlib.sha256(path.read_bytes()).digest(), path))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(load, "load_with_findings", remembered)
        yield
