"""The benchmark of ``receive`` runs: a few returns, every step once, nothing about seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench_receive import measure, show
from make_returns import make, ward_programme


@pytest.mark.soffice
def test_every_step_runs_on_a_few_returns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programme = ward_programme(3)
    make(tmp_path, programme)
    paths = sorted(tmp_path.glob("*/*.xlsx"))
    assert len(paths) == 12
    figures = measure(paths, programme, 1)
    show(figures, len(paths))
    printed = capsys.readouterr().out
    assert all(name in printed for name in figures)
    assert all(len(rounds) == 1 and rounds[0] > 0 for rounds in figures.values())
