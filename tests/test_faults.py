"""The fault table: each kind of fault put into a filled return, and all that is said of it.

Each kind is tried in at least two file formats: as openpyxl saves it, and as LibreOffice, in
which it is put into the distributed template, saves it as .ods or .xls. Errors and warnings
are listed in full: one mistake, one finding, at the very cell.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from fault_kinds import ALL, CHANGED, CT, DT, FAULTS, MH, NOBODYS, NOTED
from faulting import (
    FORMATS,
    ODS,
    XLS,
    XLSX,
    Kind,
    damaged,
    in_office,
    put,
    shared_folder,
    without_result,
)
from returned import NAME, clean_return, flat, judged, opened, saved, sheet

from toolkit.findings import Severity
from toolkit.intake.catalogue import SEVERITIES
from toolkit.intake.model import Answer, Fate, Judgement, Outcome, State
from toolkit.messages import LANGUAGES, catalogue, message

# Every kind in every format takes twice as long; by default .ods and .xls take turns.
IN_ALL_FORMATS = os.environ.get("BAOCAO_ALL_FORMATS") == "1"
TURNS = {kind.name: (ODS, XLS)[place % 2] for place, kind in enumerate(ALL)}
# LibreOffice stores the result of every formula; taking it out is surgery on the XML.
UNCACHED = next(kind.name for kind in FAULTS if kind.expected[0][0] == "cell.uncached")
TURNS[UNCACHED] = ODS


def formats_of(kind: Kind) -> tuple[str, ...]:
    if IN_ALL_FORMATS and kind.name != UNCACHED:
        return tuple(suffix for suffix in FORMATS if suffix in kind.formats)
    return (XLSX, TURNS[kind.name])


def cases(kinds: list[Kind]) -> list[object]:
    """One case for each kind and format."""
    return [
        pytest.param(
            kind,
            suffix,
            id=f"{kind.name}-{suffix}",
            marks=() if suffix == XLSX else pytest.mark.soffice,
        )
        for kind in kinds
        for suffix in formats_of(kind)
    ]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All kinds put into the filled template by LibreOffice, in one sitting."""
    jobs = {
        f"{place:03}": (kind.steps, tuple(s for s in formats_of(kind) if s != XLSX))
        for place, kind in enumerate(ALL)
    }
    return shared_folder(tmp_path_factory, "loi", lambda folder: in_office(folder, jobs))


def sent(kind: Kind, suffix: str, request: pytest.FixtureRequest) -> Judgement:
    """The judgement on a return with that fault in that format."""
    if suffix == XLSX:
        data = damaged(kind.steps)
    else:
        folder: Path = request.getfixturevalue("office")
        data = (folder / f"{ALL.index(kind):03}.{suffix}").read_bytes()
    if kind.name == UNCACHED and suffix == ODS:
        data = without_result(data)
    return judged(data, f"{kind.file or 'bao-cao'}.{suffix}")


def assert_sentences_are_whole(judgement: Judgement) -> None:
    """No placeholder of a text is left open, in either language."""
    for said in judgement.findings:
        for lang in LANGUAGES:
            assert "{" not in message(said, lang), said.code


def assert_every_cell_is_accounted_for(judgement: Judgement) -> None:
    """The cells add up, and each that gave no answer has the finding that tells why."""
    ledger = judgement.ledger
    assert ledger.balanced
    assert all(one.balanced for one in judgement.ledgers.values())
    assert len(judgement.left_out) == ledger.ignored + ledger.rejected
    told = {(f.code, f.address) for f in judgement.findings}
    assert {(c.code, c.said_at) for c in judgement.left_out} <= told
    rejected = sum(c.fate is Fate.REJECTED for c in judgement.left_out)
    assert rejected == ledger.rejected


Answers = dict[tuple[str, str, str], tuple[State, object]]


def values(judgement: Judgement) -> Answers:
    return {(a.form, a.row, a.field): (a.state, a.value) for a in judgement.answers}


@pytest.mark.parametrize(("kind", "suffix"), cases(FAULTS))
def test_each_fault_is_found_at_its_cell_and_nothing_else(
    kind: Kind, suffix: str, request: pytest.FixtureRequest
) -> None:
    judgement = sent(kind, suffix, request)
    assert flat(judgement, notes=False) == list(kind.expected)
    assert_every_cell_is_accounted_for(judgement)
    assert_sentences_are_whole(judgement)
    bad = {f.address for f in judgement.findings if f.severity is Severity.ERROR}
    own = {f.address for f in judgement.findings if f.code.startswith("rule.")}

    def is_faulted(answer: Answer) -> bool:
        return bool(answer.address.cell) and answer.address in bad - own

    for answer in filter(is_faulted, judgement.answers):
        assert answer.state in (State.UNREADABLE, State.MISSING)
        assert answer.value is None


@pytest.mark.parametrize(("kind", "suffix"), cases(NOTED))
def test_what_can_be_mapped_safely_is_mapped_with_a_note(
    kind: Kind, suffix: str, request: pytest.FixtureRequest
) -> None:
    judgement = sent(kind, suffix, request)
    assert flat(judgement) == list(kind.expected)
    assert judgement.outcome is Outcome.CLEAN
    assert_every_cell_is_accounted_for(judgement)
    assert_sentences_are_whole(judgement)
    assert values(judgement) == values(judged(clean_return()))


@pytest.mark.parametrize(("kind", "suffix"), cases(CHANGED))
def test_what_is_read_with_an_assumption_is_read_with_a_note(
    kind: Kind, suffix: str, request: pytest.FixtureRequest
) -> None:
    judgement = sent(kind, suffix, request)
    assert flat(judgement) == list(kind.expected)
    assert judgement.outcome is Outcome.CLEAN
    assert_every_cell_is_accounted_for(judgement)
    assert_sentences_are_whole(judgement)


@pytest.mark.parametrize(("kind", "suffix"), cases(NOBODYS))
def test_where_the_sources_quarrel_the_return_belongs_to_nobody(
    kind: Kind, suffix: str, request: pytest.FixtureRequest
) -> None:
    judgement = sent(kind, suffix, request)
    assert flat(judgement) == list(kind.expected)
    assert judgement.outcome is Outcome.UNIDENTIFIED
    assert judgement.answers == ()
    assert_every_cell_is_accounted_for(judgement)
    assert judgement.ledger.rejected == judgement.ledger.nonempty > 0
    assert_sentences_are_whole(judgement)


def test_there_are_enough_kinds_each_in_two_formats() -> None:
    assert len({kind.name for kind in ALL}) == len(ALL) >= 140
    assert len({said[0] for kind in ALL for said in kind.expected}) >= 95
    assert all(len(formats_of(kind)) >= 2 for kind in ALL)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_has_its_sentence(lang: str) -> None:
    assert set(SEVERITIES) <= set(catalogue(lang))


def test_a_date_planned_for_soon_after_the_period_is_no_fault() -> None:
    data = damaged(put(MH, F10=datetime(2024, 4, 1), F11=datetime(2024, 5, 1)))
    assert flat(judged(data)) == []


def test_an_old_font_gives_the_words_that_were_seen() -> None:
    kind = next(k for k in CHANGED if k.name == "text in an old font")
    told = {a.field: a.value for a in judged(damaged(kind.steps)).answers if a.form == DT}
    assert told["kien_nghi"] == "Ban Dân vận Thành ủy Hải Phòng"


# --- rows and columns inserted ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "line", "place"),
    [
        ("insert_rows", 1, "F10"),
        ("insert_rows", 2, "F10"),
        ("insert_rows", 9, "F10"),
        ("insert_rows", 10, "F9"),
        ("insert_columns", 1, "G9"),
        ("insert_columns", 2, "G9"),
        ("insert_columns", 6, "G9"),
        ("insert_columns", 7, "F9"),
    ],
)
def test_addresses_are_those_of_the_senders_file(kind: str, line: int, place: str) -> None:
    judgement = judged(damaged(((kind, CT, line, 1),)))
    answers = {(a.form, a.row, a.field): a for a in judgement.answers}
    assert answers[CT, "CT1", "trong_ky"].address.cell == place
    assert answers[CT, "CT1", "trong_ky"].value == 3
    assert flat(judgement, notes=False) == []


MORE = {"C11": "Mô hình chèn", "D11": "Kinh tế", "E11": datetime(2024, 3, 1), "G11": 5}


def test_rows_inserted_into_a_list_get_the_next_free_numbers() -> None:
    judgement = judged(damaged((("insert_rows", MH, 11, 1), *put(MH, **MORE))))
    rows = {a.row: a.value for a in judgement.answers if a.form == MH and a.field == "ten"}
    assert rows == {
        "1": "Tổ dân vận số 5 khéo vận động hiến đất",
        "2": "Dòng họ tự quản",
        "3": "Camera an ninh khu phố",
        "13": "Mô hình chèn",
    }
    places = {a.row: a.address.cell for a in judgement.answers if a.field == "ten"}
    assert places == {"1": "C10", "2": "C12", "3": "C13", "13": "C11"}


def test_a_list_filled_beyond_its_offered_rows() -> None:
    book = opened(clean_return())
    ws = sheet(book, MH)
    for row in range(13, 22):
        ws.cell(row, 3).value, ws.cell(row, 4).value = f"Mô hình {row}", "Kinh tế"
        ws.cell(row, 5).value = datetime(2024, 3, row)
    last = put(MH, C22="Mô hình cuối", D22="Kinh tế", E22=datetime(2024, 3, 1))
    judgement = judged(damaged((("insert_rows", MH, 22, 1), *last), saved(book)))
    rows = {a.row: a.value for a in judgement.answers if a.form == MH and a.field == "ten"}
    assert len(rows) == 13
    assert rows["13"] == "Mô hình cuối"


def test_the_name_of_the_file_is_in_every_address() -> None:
    judgement = judged(clean_return())
    assert {a.address.file for a in judgement.answers} == {NAME}


# --- files ------------------------------------------------------------------------------------

FILES = [
    ("empty", b"", "reader.empty"),
    ("only zeros", b"\x00" * 4096, "reader.zeroed"),
    ("a saved web page", b"<!DOCTYPE html><html><body>404</body></html>", "reader.is_html"),
    ("a saved error", b'{"error": "not found"}', "reader.is_json"),
    ("a document in PDF", b"%PDF-1.7 \n%\xe2\xe3\xcf\xd3\n1 0 obj", "reader.is_pdf"),
    ("a text", b"Kinh gui Ban Dan van Thanh uy Hai Phong", "reader.is_text"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "reader.is_image"),
    ("half of a return", clean_return()[: len(clean_return()) // 2], "reader.damaged"),
]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(("data", "code"), [f[1:] for f in FILES], ids=[f[0] for f in FILES])
def test_a_file_that_holds_no_return_is_unreadable(data: bytes, code: str, suffix: str) -> None:
    judgement = judged(data, f"bao-cao.{suffix}")
    assert flat(judgement) == [(code, "", "")]
    assert judgement.outcome is Outcome.UNREADABLE
    assert_sentences_are_whole(judgement)


@pytest.mark.soffice
@pytest.mark.parametrize("suffix", [ODS, XLS])
def test_half_of_a_file_is_no_return(suffix: str, office: Path) -> None:
    whole = next(p for p in sorted(office.glob(f"*.{suffix}"))).read_bytes()
    judgement = judged(whole[: len(whole) // 2], f"bao-cao.{suffix}")
    assert judgement.outcome is Outcome.UNREADABLE
    assert flat(judgement) == [("reader.damaged", "", "")]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_wrong_ending_does_not_matter(suffix: str) -> None:
    assert flat(judged(clean_return(), f"bao-cao.{suffix}")) == []
