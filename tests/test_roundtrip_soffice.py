"""A distributed template filled in LibreOffice and saved in each format: one set of answers.

Every form kind and every field type; what comes back is what was typed, the computed cells
are what the formulas make of it, and there is nothing to mend.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from programmes import SMALL_PROGRAMME, small_programme

from toolkit import workflow
from toolkit.findings import Finding, Severity
from toolkit.folder import Folder
from toolkit.intake.model import State
from toolkit.programme.build import build_workbook
from toolkit.programme.model import FieldType, FormKind
from toolkit.register.store import Register
from toolkit.template.layout import SlotKind, layout
from toolkit.workflow import Day

UNO_FILL = Path(__file__).parent.parent / "samples" / "uno_fill.py"
FORMATS = ("xlsx", "xls", "ods")
UNIT, PERIOD = "305", "2024-Q1"
D = Decimal
Key = tuple[str, str, str]  # form, row, field
Value = Decimal | date | str

# What the office types: by form, row and field.
TYPED: dict[Key, Value] = {
    ("NV", "NV1", "trang_thai"): "Đã hoàn thành",
    ("NV", "NV1", "tien_do"): D(1),
    ("NV", "NV2", "trang_thai"): "Đang thực hiện",
    ("NV", "NV2", "tien_do"): D("0.125"),
    ("NV", "NV3", "trang_thai"): "Chưa triển khai",
    ("NV", "NV3", "tien_do"): D(0),
    ("CT", "CT1", "trong_ky"): D(7),
    ("CT", "CT1", "luy_ke"): D(11),
    ("CT", "CT2", "trong_ky"): D(0),
    ("CT", "CT2", "luy_ke"): D(1),
    ("CT", "CT3", "trong_ky"): D(3),
    ("CT", "CT3", "luy_ke"): D(3),
    ("DT", "so_cuoc", "so_cuoc"): D(2),
    ("DT", "y_kien", "y_kien"): D(1250),
    ("DT", "giai_quyet", "giai_quyet"): D(1000),
    ("DT", "kinh_phi", "kinh_phi"): D("1234.1"),
    ("DT", "ngay", "ngay"): date(2024, 2, 29),
    ("DT", "kien_nghi", "kien_nghi"): "- Mở lớp tập huấn\n- “Cấp” thêm tài liệu; 50% & <mới>",
}
# Every row of the list, with names that a program might take for something else.
NAMES = (
    *("=1+1", "007", "1/2", "+84", "@x", "Ngõ “văn minh”"),
    *("5%", "1.250", "TRUE", "ẩm ướt", "a", "b"),
)
AREAS = ("Kinh tế", "Văn hóa - xã hội", "Quốc phòng - an ninh")
for _n, _name in enumerate(NAMES, 1):
    TYPED |= {
        ("MH", str(_n), "ten"): _name,
        ("MH", str(_n), "linh_vuc"): AREAS[_n % 3],
        ("MH", str(_n), "bat_dau"): date(2024, 1, _n),
        ("MH", str(_n), "ket_thuc"): date(2026, 12, 31),
        ("MH", str(_n), "so_ho"): D(_n * 100),
    }
# What the formulas of the template make of it.
COMPUTED: dict[Key, Decimal] = {
    ("CT", "CT1", "ty_le"): D(11) / 15,
    ("CT", "CT2", "ty_le"): D(1) / 10,
    ("CT", "CT3", "ty_le"): D(3) / 80,
    ("DT", "ty_le", "ty_le"): D("0.8"),
}


@dataclass(frozen=True)
class Came:
    """What is on record of a file received."""

    answers: dict[Key, tuple[State, Value | None]]
    findings: tuple[Finding, ...]
    cells: dict[str, int]


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Came]:
    """One office's file, saved in each format, received in a folder of its own."""
    place = Folder(*[tmp_path_factory.mktemp("gui")] * 2)
    build_workbook(SMALL_PROGRAMME, place.programme)
    workflow.distribute(place, [PERIOD], [UNIT])
    (sent,) = place.outgoing(PERIOD).glob("*.xlsx")
    targets = {kind: place.root / kind / f"bao-cao.{kind}" for kind in FORMATS}
    fill(sent, targets)
    return {kind: received(place, target) for kind, target in targets.items()}


def fill(sent: Path, targets: dict[str, Path]) -> None:
    programme = small_programme()
    plan = layout(programme, programme.unit(UNIT), programme.period(PERIOD))
    steps: list[list[object]] = []
    for sheet in plan.sheets:
        for slot in sheet.slots():
            value = TYPED.get((sheet.form.code, slot.row_key, slot.field.code))
            if value is None:
                continue
            assert slot.kind is SlotKind.INPUT
            at = (sheet.sheet, slot.row, slot.column)
            if isinstance(value, Decimal):
                steps.append(["number", *at, float(value)])
            elif isinstance(value, date):
                steps.append(["date", *at, value.isoformat()])
            else:
                steps.append(["text", *at, value])
    assert len(steps) == len(TYPED)
    jobs = [
        {"source": str(sent), "target": str(target), "format": kind, "steps": steps}
        for kind, target in targets.items()
    ]
    file = sent.parent / "jobs.json"
    file.write_text(json.dumps(jobs), "utf-8")
    python = shutil.which("python3", path="/usr/bin") or "python3"
    subprocess.run([python, str(UNO_FILL), str(file)], check=True)


def received(place: Folder, file: Path) -> Came:
    apart = Folder(place.root, file.parent / "kq")
    (one,) = workflow.receive(
        apart, workflow.load_programme(apart), [file], day=Day(date(2024, 4, 1))
    )
    assert (one.judgement.unit, one.judgement.period) == (UNIT, PERIOD)
    with Register(apart.register, read_only=True) as register:
        (detail,) = register.details()
    answers = {(a.form, a.row, a.field): (a.state, a.value) for a in detail.answers}
    ledger = one.judgement.ledger
    cells = {n: getattr(ledger, n) for n in ("nonempty", "used", "ignored", "rejected")}
    return Came(answers, one.findings, cells)


pytestmark = pytest.mark.soffice


def test_the_forms_are_of_every_kind_and_type() -> None:
    programme = small_programme()
    assert {form.kind for form in programme.forms} == set(FormKind)
    typed = {programme.form(form).field(field).type for form, _, field in TYPED}
    assert typed == set(FieldType) - {FieldType.FORMULA}
    assert len(NAMES) == programme.form("MH").blank_rows


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_typed_comes_back(came: dict[str, Came], kind: str) -> None:
    answers = came[kind].answers
    found = {key: answers[key][1] for key in TYPED}
    assert found == TYPED
    for key, value in TYPED.items():
        zero = isinstance(value, Decimal) and not value
        assert answers[key][0] is (State.ZERO if zero else State.VALUE), key


@pytest.mark.parametrize("kind", FORMATS)
def test_the_formulas_were_computed(came: dict[str, Came], kind: str) -> None:
    for key, value in COMPUTED.items():
        state, found = came[kind].answers[key]
        assert state is State.VALUE
        assert float(found) == pytest.approx(float(value), rel=1e-14)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", FORMATS)
def test_there_is_nothing_to_mend(came: dict[str, Came], kind: str) -> None:
    worse = [f for f in came[kind].findings if f.severity is not Severity.NOTE]
    assert worse == []


@pytest.mark.parametrize("kind", FORMATS)
def test_every_cell_is_accounted_for(came: dict[str, Came], kind: str) -> None:
    cells = came[kind].cells
    assert cells["nonempty"] == cells["used"] + cells["ignored"] + cells["rejected"]
    assert cells["rejected"] == 0
    assert cells["used"] == len(TYPED)


def test_the_formats_say_the_same(came: dict[str, Came]) -> None:
    first, *others = (came[kind] for kind in FORMATS)
    for other in others:
        assert set(other.answers) == set(first.answers)
        for key, (state, value) in first.answers.items():
            found_state, found = other.answers[key]
            assert found_state is state, key
            if isinstance(value, Decimal) and key in COMPUTED:
                assert float(found) == pytest.approx(float(value), rel=1e-14)  # type: ignore[arg-type]
            else:
                assert found == value, key
