"""Shared fixtures: LibreOffice where it is there, and the rule that CI must have it."""

from __future__ import annotations

import os
import shutil

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that need LibreOffice where it is missing, except in CI."""
    if shutil.which("soffice") or os.environ.get("CI") == "true":
        return
    skip = pytest.mark.skip(reason="LibreOffice (soffice) is not installed")
    for item in items:
        if "soffice" in item.keywords:
            item.add_marker(skip)
