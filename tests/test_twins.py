"""Rows that may be one thing: named with the reason, never removed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from consolidate_cases import answer, form, programme, returned, words
from hypothesis import given
from hypothesis import strategies as st

from toolkit.consolidate import named_alike
from toolkit.consolidate import twins as twins_of
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.twins import Twins, probable_duplicates
from toolkit.programme.model import FormKind, Role

NAME = 'Đăng ký mô hình "Dân vận khéo"'


def twins(
    *rows: tuple[str, str, str, str], over_periods: str = "list", role: Role = Role.REMARK
) -> tuple[Twins, ...]:
    """The pairs among rows (unit, quarter, name, address) of a list of models."""
    remark = replace(words("ghi_chu", over_periods=over_periods), role=role)
    listed = form(
        *(words(code, over_periods=over_periods) for code in ("ten", "dia_chi")),
        remark,
        kind=FormKind.OPEN,
        name=NAME,
    )
    made = programme(listed)
    sent: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for unit, quarter, name, address in rows:
        sent.setdefault((unit, quarter), []).append((name, address))
    details = []
    for (unit, quarter), models in sent.items():
        answers = [
            answer("F", str(n), field, cell or None)
            for n, model in enumerate(models, 1)
            for field, cell in zip(("ten", "dia_chi", "ghi_chu"), (*model, "như nhau"), strict=True)
        ]
        details.append(returned(unit, quarter, more=answers))
    consolidation = consolidate(made, made.period("Y"), details)
    assert len(consolidation.tables[0].entries) == len(rows)
    return probable_duplicates(consolidation).pairs


def said(pairs: tuple[Twins, ...]) -> list[tuple[str, list[str]]]:
    return [
        (
            f"{p.first.unit.code}{p.first.row}-{p.second.unit.code}{p.second.row}",
            [f"{r.field.code} {r.likeness.value}" for r in p.reasons],
        )
        for p in pairs
    ]


GREEN = "Mô hình Dân vận khéo xây dựng tuyến đường xanh sạch đẹp"


@pytest.mark.parametrize(
    ("other", "address", "reasons"),
    [
        (GREEN, "Tổ 5, phường An Biên", ["ten same", "dia_chi same"]),
        (GREEN.upper(), "tổ 5, phường  An Biên", ["ten same", "dia_chi same"]),
        (
            "Dân vận khéo: xây dựng tuyến đường xanh - sạch - đẹp",
            "Tổ 5 phường An Biên",
            ["ten same", "dia_chi same"],
        ),
        (
            "Xây dựng các tuyến đường xanh, sạch, đẹp",
            "Tổ 5, P. An Biên",
            ["ten near", "dia_chi same"],
        ),
        (GREEN, "", ["ten same"]),
        (GREEN, "Xã Tân Phong, huyện Kiến Thụy", None),
        ("Mô hình Dân vận khéo trong giảm nghèo bền vững", "Tổ 5, phường An Biên", None),
    ],
)
def test_two_units(other: str, address: str, reasons: list[str] | None) -> None:
    found = twins(("A", "Q1", GREEN, "Tổ 5, phường An Biên"), ("B", "Q1", other, address))
    assert said(found) == ([] if reasons is None else [("A1-B1", reasons)])


def test_registered_again_later_by_the_same_unit() -> None:
    rows = (("A", "Q1", GREEN, "Tổ 5"), ("A", "Q3", GREEN, "Tổ 5"))
    [pair] = twins(*rows)
    assert pair.same_unit
    assert [pair.first.period.code, pair.second.period.code] == ["Q1", "Q3"]
    # Where each return repeats the whole list, the same row again is no duplicate.
    assert twins(*rows, over_periods="last") == ()


def test_a_thing_followed_by_its_own_code_is_no_duplicate() -> None:
    rows = (("A", "Q1", GREEN, "Tổ 5"), ("A", "Q3", GREEN, "Tổ 5"), ("B", "Q3", GREEN, "Tổ 5"))
    # All three carry the same code; that of another unit is another thing.
    assert [name for name, _ in said(twins(*rows, role=Role.KEY))] == ["A1-B1", "A1-B1"]


def test_two_rows_of_one_return() -> None:
    assert said(twins(("A", "Q1", GREEN, "Tổ 5"), ("A", "Q1", GREEN, "Tổ 5"))) == [
        ("A1-A2", ["ten same", "dia_chi same"])
    ]


def test_many_rows_with_one_name_are_paired_where_another_text_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        ("A" if n % 2 else "B", "Q1", GREEN, f"Số {n} đường riêng {n * 7919}") for n in range(6)
    ]
    rows += [("A", "Q1", GREEN, "Chợ An Dương"), ("B", "Q2", GREEN, "chợ  An Dương")]
    every = twins(*rows)
    monkeypatch.setattr(named_alike, "_MANY", 4)
    few = twins(*rows)
    assert all(pair in said(every) for pair in said(few))
    assert [set(reasons) for _, reasons in said(few)] == [{"ten same", "dia_chi same"}]


def test_many_rows_with_a_name_and_nothing_else_are_paired_with_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [("A", "Q1", GREEN, "") for _ in range(5)]
    assert len(twins(*rows)) == 10
    monkeypatch.setattr(named_alike, "_MANY", 4)
    assert [where for where, _ in said(twins(*rows))] == [f"A1-A{n}" for n in (2, 3, 4, 5)]


def test_names_nearly_the_same_are_not_looked_for_among_very_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    near = "Xây dựng các tuyến đường xanh, sạch, đẹp"
    rows = [("A", "Q1", GREEN, ""), ("B", "Q1", near, ""), ("C", "Q1", GREEN, "")]
    names = [twins_of.passage_key(name) for _, _, name, _ in rows]
    assert named_alike.named_alike(names, {}).thorough
    assert len(twins(*rows)) == 3
    monkeypatch.setattr(named_alike, "MOST_COMPARED", 1)
    assert [where for where, _ in said(twins(*rows))] == ["A1-C1"]
    assert not named_alike.named_alike(names, {}).thorough


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "xanh 1", "xanh 2", "sach dep 1"]), st.sampled_from("ab ")),
        max_size=12,
    )
)
def test_few_pairs_are_some_of_all(rows: list[tuple[str, str]]) -> None:
    names, others = [name for name, _ in rows], {"f": [text.strip() for _, text in rows]}
    every = named_alike.named_alike(names, others)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(named_alike, "_MANY", 0)
        few = named_alike.named_alike(names, others)
    assert set(few.pairs) <= set(every.pairs)
    assert list(every.pairs) == sorted(every.pairs)
    same = {
        (a, b) for a, b, _ in every.pairs if others["f"][a] and others["f"][a] == others["f"][b]
    }
    assert same <= {(a, b) for a, b, _ in few.pairs}


def test_codes_one_apart_make_nothing_alike() -> None:
    """Two models of one ward, P1-01 and P1-02, are two: what is nearly the same has the same
    numbers in it, in an address as in a name."""
    assert not twins(("A", "Q1", "Phường 1", "P1-01"), ("A", "Q1", "Phường 1", "P1-02"))
    assert not twins(("A", "Q1", GREEN, "Tổ dân phố số 14"), ("B", "Q1", GREEN, "Tổ dân phố số 15"))
