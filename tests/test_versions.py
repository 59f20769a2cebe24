"""Returns on another issue of the template: answers by code, and a list of what changed.

The current programme is always the small one; the file sent comes from an earlier issue of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet
from programmes import small_programme
from returned import CLEAN, NAME, clean_return, flat, judged, opened, saved, sheet

from toolkit.findings import Severity
from toolkit.intake.judge import judge
from toolkit.intake.model import Judgement, Outcome, State
from toolkit.messages import LANGUAGES, message
from toolkit.programme.model import Field, FieldType, Form, FormKind, Item, Programme
from toolkit.template.layout import layout
from toolkit.template.write import write

Issue = Callable[[Programme], Programme]
Said = tuple[str, str, str]
NV, CT, MH, DT, META = "NV", "CT", "MH", "DT", "_baocao"
OLDER: Said = ("template.older_version", META, "")


def with_form(programme: Programme, form: Form) -> Programme:
    forms = tuple(form if f.code == form.code else f for f in programme.forms)
    return replace(programme, forms=forms)


def fields(form: str, change: Callable[[tuple[Field, ...]], tuple[Field, ...]]) -> Issue:
    def issue(programme: Programme) -> Programme:
        old = programme.form(form)
        return with_form(programme, replace(old, fields=change(old.fields)))

    return issue


def without(form: str, *codes: str) -> Issue:
    return fields(form, lambda all_of: tuple(f for f in all_of if f.code not in codes))


def added(form: str, at: int, field: Field) -> Issue:
    return fields(form, lambda all_of: (*all_of[:at], field, *all_of[at:]))


def titled(form: str, code: str, title: str) -> Issue:
    return fields(
        form, lambda all_of: tuple(replace(f, title=title) if f.code == code else f for f in all_of)
    )


def items(change: Callable[[tuple[Item, ...]], tuple[Item, ...]]) -> Issue:
    def issue(programme: Programme) -> Programme:
        lists = dict(programme.item_lists)
        return replace(programme, item_lists=lists | {"indicators": change(lists["indicators"])})

    return issue


def forms(change: Callable[[tuple[Form, ...]], tuple[Form, ...]]) -> Issue:
    return lambda programme: replace(programme, forms=change(programme.forms))


def allotted(item: str, figure: int) -> Issue:
    def issue(programme: Programme) -> Programme:
        return replace(
            programme, allotments={**programme.allotments, (item, "305"): Decimal(figure)}
        )

    return issue


def as_before(programme: Programme) -> Programme:
    return programme


VILLAGES = Field(CT, "thon", "Số thôn", FieldType.INTEGER)
OLD_ITEM = Item("CT0", "1.0", "Chỉ tiêu cũ")
OLD_FORM = Form(
    "KH",
    "Khảo sát",
    FormKind.QUESTIONS,
    (Field("KH", "so_phieu", "Số phiếu", FieldType.INTEGER),),
    periods=("2024-Q1",),
)


def last_two_changed(all_of: tuple[Field, ...]) -> tuple[Field, ...]:
    return (*all_of[:3], all_of[4], all_of[3], *all_of[5:])


def middle_first(all_of: tuple[Item, ...]) -> tuple[Item, ...]:
    return (all_of[1], all_of[0], *all_of[2:])


# id, the issue the file was made from, what is typed beside the clean answers, what is listed
ISSUES: list[tuple[str, Issue, dict[tuple[str, str, str], object], list[Said]]] = [
    ("nothing moved", as_before, {}, []),
    ("a column newly asked", without(CT, "trong_ky"), {}, [("template.column_new", CT, "F7")]),
    (
        "a computed column is new",
        without(CT, "ty_le"),
        {},
        [("template.computed_new", CT, "H6")],
    ),
    (
        "a column vanished",
        added(CT, 3, VILLAGES),
        {(CT, "CT1", "thon"): 5, (CT, "CT2", "thon"): 6},
        [("template.column_gone", CT, "F9")],
    ),
    ("a blank column vanished", added(CT, 3, VILLAGES), {}, [("template.column_gone", CT, "F6")]),
    (
        "columns changed places",
        fields(CT, last_two_changed),
        {},
        [("template.column_moved", CT, "G8")],
    ),
    (
        "a heading reworded",
        titled(CT, "trong_ky", "Quý này"),
        {},
        [("template.heading_changed", CT, "F7")],
    ),
    ("a row newly asked", items(lambda i: i[:2]), {}, [("template.row_new", CT, "C11")]),
    (
        "a row vanished",
        items(lambda i: (OLD_ITEM, *i)),
        {(CT, "CT0", "trong_ky"): 4, (CT, "CT0", "luy_ke"): 4},
        [("template.row_gone", CT, "C9")],
    ),
    ("rows changed places", items(middle_first), {}, [("template.rows_moved", CT, "C9")]),
    (
        "an item reworded",
        items(lambda i: (*i[:2], replace(i[2], text="Đơn thư còn tồn"))),
        {},
        [("template.text_changed", CT, "C11")],
    ),
    ("another figure assigned", allotted("CT1", 12), {}, [("template.figure_changed", CT, "E9")]),
    (
        "a form newly asked",
        forms(lambda all_of: tuple(f for f in all_of if f.code != DT)),
        {},
        [("template.form_new", DT, "")],
    ),
    (
        "a form vanished",
        forms(lambda all_of: (*all_of, OLD_FORM)),
        {("KH", "so_phieu", "so_phieu"): 7},
        [("template.form_gone", "KH Khảo sát", "A1")],
    ),
    (
        "a form renamed",
        forms(lambda all_of: tuple(replace(f, name="Đối thoại") if f.code == DT else f
                                   for f in all_of)),
        {},
        [("template.sheet_renamed", "DT Đối thoại", "")],
    ),
    ("a question newly asked", without(DT, "y_kien", "ty_le"), {},
     [("template.row_new", DT, "C9"), ("template.row_new", DT, "C10")]),
    ("fewer rows offered in a list",
     forms(lambda all_of: tuple(replace(f, blank_rows=4) if f.code == MH else f
                                for f in all_of)), {}, []),
    ("more rows offered in a list",
     forms(lambda all_of: tuple(replace(f, blank_rows=30) if f.code == MH else f
                                for f in all_of)), {}, []),
    ("no total row yet",
     forms(lambda all_of: tuple(replace(f, total_row=False) for f in all_of)), {}, []),
]  # fmt: skip


def typed_by_code() -> dict[tuple[str, str, str], object]:
    """The clean answers by form, row and field."""
    current = layout(
        small_programme(), small_programme().unit("305"), small_programme().period("2024-Q1")
    )
    held = {}
    for form in current.sheets:
        for slot in form.slots():
            letters = "ABCDEFGHIJ"[slot.column - 1]
            value = CLEAN[form.form.code].get(f"{letters}{slot.row}")
            if value is not None:
                held[form.form.code, slot.row_key, slot.field.code] = value
    return held


def sent_on(issue: Issue, more: dict[tuple[str, str, str], object]) -> tuple[bytes, set[object]]:
    """A return on that issue of the template, and the answers it holds by code."""
    programme = replace(issue(small_programme()), rules=(), fingerprint="f" * 64)
    book_layout = layout(programme, programme.unit("305"), programme.period("2024-Q1"))
    target = BytesIO()
    write(book_layout, target)
    book = opened(target.getvalue())
    typed = typed_by_code() | more
    held: set[object] = set()
    for form in book_layout.sheets:
        for slot in form.slots():
            key = (form.form.code, slot.row_key, slot.field.code)
            if key in typed:
                sheet(book, form.form.code).cell(slot.row, slot.column).value = typed[key]
                held.add(key)
    return saved(book), held


def kept(judgement: Judgement) -> dict[tuple[str, str, str], tuple[State, object]]:
    return {(a.form, a.row, a.field): (a.state, a.value) for a in judgement.answers}


@pytest.mark.parametrize(
    ("issue", "more", "expected"), [i[1:] for i in ISSUES], ids=[i[0] for i in ISSUES]
)
def test_answers_move_by_code_and_every_change_is_listed(
    issue: Issue, more: dict[tuple[str, str, str], object], expected: list[Said]
) -> None:
    data, held = sent_on(issue, more)
    judgement = judged(data)
    assert sorted(flat(judgement)) == sorted([OLDER, *expected])
    assert judgement.outcome is Outcome.CLEAN
    assert judgement.ledger.balanced
    now, before = kept(judged(clean_return())), kept(judgement)
    assert {k: v for k, v in before.items() if k in held} == {
        k: v for k, v in now.items() if k in held
    }
    asked_anew = {k for k in typed_by_code() if k not in held}
    assert {before[k][0] for k in asked_anew if k in before} <= {State.MISSING}
    for said in judgement.findings:
        for lang in LANGUAGES:
            assert "{" not in message(said, lang)


def test_what_is_newly_asked_is_a_warning_and_what_vanished_a_note() -> None:
    data, _ = sent_on(without(CT, "trong_ky"), {})
    assert [f.severity for f in judged(data).findings] == [Severity.WARNING, Severity.NOTE]
    data, _ = sent_on(added(CT, 3, VILLAGES), {(CT, "CT1", "thon"): 5})
    assert {f.severity for f in judged(data).findings} == {Severity.NOTE}


def test_cells_that_vanished_are_in_the_balance_with_their_reason() -> None:
    data, _ = sent_on(added(CT, 3, VILLAGES), {(CT, "CT1", "thon"): 5, (CT, "CT2", "thon"): 6})
    left_out = [(c.address.cell, c.shown, c.code) for c in judged(data).left_out]
    assert ("F9", "5", "template.column_gone") in left_out
    assert ("F10", "6", "template.column_gone") in left_out


def test_a_mistake_on_an_older_template_is_still_the_senders() -> None:
    data, _ = sent_on(without(CT, "trong_ky"), {(DT, "so_cuoc", "so_cuoc"): "nhiều"})
    assert ("number.unreadable", DT, "E8") in flat(judged(data))


def test_a_current_template_without_a_column_is_no_older_one() -> None:
    book = opened(clean_return())
    ws = sheet(book, CT)
    for row in (1, 7, 9, 10, 11, 12):
        ws.cell(row, 6).value = None
    assert flat(judge(saved(book), NAME, small_programme()), notes=False) == [
        ("structure.column_missing", CT, "F7")
    ]


def lost(ws: Worksheet, *, rows: Sequence[int] = (), columns: Sequence[int] = ()) -> None:
    """Take the content of whole rows and columns away, keys and all."""
    for cells in ws.iter_rows():
        for cell in cells:
            held = not isinstance(cell, MergedCell)
            if held and (cell.row in rows or cell.column in columns):
                cell.value = None


@pytest.mark.parametrize("told", [True, False])
def test_what_the_sender_lost_is_told_from_what_is_newly_asked(told: bool) -> None:
    """A template made before its hidden sheet listed columns and rows is read as it was."""
    data, _ = sent_on(titled(CT, "trong_ky", "Quý này"), {})
    book = opened(data)
    ws = sheet(book, CT)
    lost(ws, columns=[6])
    lost(ws, rows=[10])
    if not told:
        meta = book[META]
        lost(meta, rows=[c.row for c in meta["A"] if str(c.value).startswith(("columns", "rows"))])
    found = [f.code for f in judged(saved(book)).findings if f.severity is not Severity.NOTE]
    if told:
        assert found == ["structure.column_missing", "structure.row_missing"]
    else:
        assert found == ["template.column_new", "template.row_new"]
