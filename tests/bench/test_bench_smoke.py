"""The benchmark of ``receive`` runs: a few returns, every step once, nothing about seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench_receive import measure, show
from country import MODELS, QUARTERS, communes, make_country

from toolkit.findings import Severity
from toolkit.folder import Folder
from toolkit.intake.copies import COPIED
from toolkit.intake.model import Judgement
from toolkit.workflow import receive


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the returns that LibreOffice filled are kept, for both countries."""
    return tmp_path_factory.mktemp("models")


@pytest.mark.soffice
def test_every_step_runs_on_a_few_returns(
    tmp_path: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programme, paths = make_country(tmp_path, MODELS, models)
    assert len(paths) == len(QUARTERS) * MODELS
    figures = measure(paths, programme, 1)
    show(figures, len(paths))
    printed = capsys.readouterr().out
    assert all(name in printed for name in figures)
    assert all(len(rounds) == 1 and min(rounds[0]) > 0 for rounds in figures.values())


@pytest.mark.soffice
def test_communes_of_a_country_send_what_their_models_sent(tmp_path: Path, models: Path) -> None:
    programme, paths = make_country(tmp_path, MODELS + 1, models)
    first, last = communes(programme)[0], communes(programme)[-1]  # of the same model
    assert len(paths) == len(QUARTERS) * (MODELS + 1)
    received = receive(Folder(tmp_path, tmp_path), programme)
    # The same figures from another commune: what the intake calls a copy, and nothing else.
    errors = {f.code for r in received for f in r.findings if f.severity is Severity.ERROR}
    assert errors <= {COPIED}
    by_place = {(one.judgement.unit, one.judgement.period): one.judgement for one in received}
    assert len(by_place) == len(paths)
    for quarter in QUARTERS:
        assert _figures(by_place[first.code, quarter]) == _figures(by_place[last.code, quarter])


def _figures(judgement: Judgement) -> list[tuple[object, ...]]:
    given = [(a.form, a.row, a.field, a.value) for a in judgement.answers if a.form != "MH"]
    assert len(given) > 30
    return given
