"""The benchmark of ``receive`` runs: a few returns, every step once, nothing about seconds."""

from __future__ import annotations

from pathlib import Path

import country
import pytest
from bench_receive import measure, show
from country import QUARTERS, TEXTS, communes, make_country, own_of

from toolkit.findings import Severity
from toolkit.folder import Folder
from toolkit.intake.model import AnswerValue
from toolkit.register.model import SubmissionDetail
from toolkit.register.store import Register
from toolkit.workflow import receive

Figures = dict[tuple[str, str, str], AnswerValue]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the returns that LibreOffice filled are kept, for both countries."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(country, "MODELS", 1)


@pytest.mark.soffice
@pytest.mark.usefixtures("one_model")
def test_every_step_runs_on_a_few_returns(
    tmp_path: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programme, paths = make_country(tmp_path, 3, models)
    assert len(paths) == len(QUARTERS) * 3
    figures = measure(paths, programme, 1)
    show(figures, len(paths))
    printed = capsys.readouterr().out
    assert all(name in printed for name in figures)
    assert all(len(rounds) == 1 and min(rounds[0]) > 0 for rounds in figures.values())


@pytest.mark.soffice
@pytest.mark.usefixtures("one_model")
def test_communes_of_a_country_send_returns_of_their_own(tmp_path: Path, models: Path) -> None:
    programme, paths = make_country(tmp_path, 2, models)
    first, last = communes(programme)  # of the same model
    assert len(paths) == len(QUARTERS) * 2
    received = receive(Folder(tmp_path, tmp_path), programme)
    assert not [f for r in received for f in r.findings if f.severity is not Severity.NOTE]
    with Register(Folder(tmp_path, tmp_path).register, read_only=True) as register:
        by_place = {(d.submission.unit, d.submission.period): d for d in register.details()}
    assert len(by_place) == len(paths)
    for quarter in QUARTERS:
        one, other = (_figures(by_place[unit.code, quarter]) for unit in (first, last))
        assert one.keys() == other.keys()
        differ = {field for _, _, field in one if _varies(one, other, field)}
        assert {"so_luot", "kinh_phi"} <= differ <= {"so_luot", "kinh_phi", *TEXTS}
        for unit in (first, last):
            own, sent = own_of(unit, quarter), by_place[unit.code, quarter]
            told = {a.field: str(a.value) for a in sent.answers if a.form == "DT"}
            assert all(told[field] == own[field, 0] for field in ("so_luot", "kinh_phi"))


def _varies(one: Figures, other: Figures, field: str) -> bool:
    return any(value != other[key] for key, value in one.items() if key[2] == field)


def _figures(sent: SubmissionDetail) -> Figures:
    given = {(a.form, a.row, a.field): a.value for a in sent.answers if a.form != "MH"}
    assert len(given) > 30
    return given
