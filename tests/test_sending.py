"""Templates made by several processes: the same bytes, in the same order."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.programme.load import load
from toolkit.programme.standard import start
from toolkit.template.layout import file_name, layout
from toolkit.template.write import write
from toolkit.workflow import programmes
from toolkit.workflow.sending import Job, workbooks


def test_processes_make_the_bytes_that_one_makes(tmp_path: Path) -> None:
    programme = load(start("ke-hoach-dan-van", tmp_path / "p", None))
    periods = programme.collected_periods()[:2]
    jobs = [Job(p, u, {}) for p in periods for u in programme.units if programme.forms_for(u, p)][
        :18
    ]
    alone = list(workbooks(programme, jobs, "vi", 1))
    assert len(set(alone)) == len(jobs) == 18  # more than a process makes per visit
    assert list(workbooks(programme, jobs, "vi", 2)) == alone
    target = tmp_path / "one.xlsx"
    write(layout(programme, jobs[-1].unit, jobs[-1].period), target)
    assert target.read_bytes() == alone[-1]


def test_walk_given_up_leaves_nothing_waiting(tmp_path: Path) -> None:
    programme = load(start("ke-hoach-dan-van", tmp_path / "p", None))
    period = programme.collected_periods()[0]
    jobs = [Job(period, u, {}) for u in programme.units if programme.forms_for(u, period)]
    books = workbooks(programme, jobs, "vi", 2)
    assert next(books).startswith(b"PK")
    books.close()
    assert list(books) == []


def test_template_that_cannot_be_written_is_told_by_name(tmp_path: Path) -> None:
    start("ke-hoach-dan-van", tmp_path / "p", None)
    folder = Folder(tmp_path / "p", tmp_path / "p")
    programme = load(folder.programme)
    period = programme.collected_periods()[0]
    unit = next(u for u in programme.units if programme.forms_for(u, period))
    (folder.outgoing(period.code) / file_name(unit, period)).mkdir(parents=True)
    with pytest.raises(ToolkitError) as caught:
        programmes.distribute(folder, [period.code], [unit.code])
    assert caught.value.key == "template.not_written"
