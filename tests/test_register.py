"""The register: nothing lost, nothing counted twice, the order of files never decides."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import Answer, AnswerValue, Judgement, Ledger, Outcome, State
from toolkit.messages import LANGUAGES, message
from toolkit.register import schema
from toolkit.register.model import Effect, Receipt, Submission
from toolkit.register.reading import ANSWER_FRAME_COLUMNS
from toolkit.register.store import Register

APRIL_3, APRIL_5, APRIL_9 = (date(2024, 4, day) for day in (3, 5, 9))
NOON = datetime(2024, 4, 2, 12, 0, tzinfo=UTC)
LATER = datetime(2024, 4, 2, 15, 0, tzinfo=UTC)


def sha(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def answer(
    file: str, value: AnswerValue, row: str = "NV1", field: str = "so", cell: str = "D5"
) -> Answer:
    state = State.MISSING if value is None else State.VALUE
    return Answer("B1", row, field, state, value, str(value or ""), Address(file, "Biểu 1", cell))


def judged(
    file: str = "a.xlsx",
    unit: str = "U1",
    period: str = "2024-Q1",
    *,
    values: Iterable[AnswerValue] = (Decimal("12.50"),),
    modified: datetime | None = None,
    outcome: Outcome = Outcome.CLEAN,
    seed: str = "",
    fingerprint: str = "f1",
) -> Judgement:
    findings: tuple[Finding, ...] = ()
    if outcome is not Outcome.CLEAN:
        at = Address(file, "Biểu 1", "D5")
        findings = (Finding("number.text", Severity.ERROR, at, "mười", {"low": "0"}),)
    return Judgement(
        file=file,
        sha256=sha(seed or file),
        size=100,
        outcome=outcome,
        programme="CT",
        fingerprint=fingerprint,
        unit=unit,
        period=period,
        answers=tuple(answer(file, v, row=str(n)) for n, v in enumerate(values, 1)),
        findings=findings,
        ledgers={"Biểu 1": Ledger(3, 1, 1, 1), "Bìa": Ledger(1, 0, 1, 0)},
        modified=modified,
    )


@pytest.fixture
def register(tmp_path: Path) -> Iterable[Register]:
    with Register(tmp_path / "baocao.db") as opened:
        yield opened


def record(register: Register, judgement: Judgement, received: date = APRIL_3) -> Receipt:
    stored = f"luu-tru/{judgement.sha256[:2]}/{judgement.sha256}.xlsx"
    return register.record(judgement, received, stored, "p1")


def state(register: Register) -> list[Submission]:
    """What counts, without the ids, which depend on the order of recording."""
    return [replace(s, id=0) for s in register.current()]


# --- effects ------------------------------------------------------------------------------


def test_each_file_has_one_effect(register: Register) -> None:
    first, second = judged("a.xlsx"), judged("b.xlsx")
    steps = [
        (first, APRIL_5, Effect.RECORDED, ""),
        (first, APRIL_9, Effect.DUPLICATE, "a.xlsx"),
        (second, APRIL_9, Effect.SUPERSEDES, "a.xlsx"),
        (judged("c.xlsx"), APRIL_3, Effect.SUPERSEDED, "b.xlsx"),
        (judged("d.xlsx", unit="U2"), APRIL_3, Effect.RECORDED, ""),
        (judged("e.xlsx", "", "", outcome=Outcome.UNIDENTIFIED), APRIL_3, Effect.UNIDENTIFIED, ""),
        (judged("f.bin", "", "", outcome=Outcome.UNREADABLE), APRIL_3, Effect.UNREADABLE, ""),
    ]
    for judgement, received, effect, other in steps:
        receipt = record(register, judgement, received)
        assert (receipt.file, receipt.effect, receipt.supersedes) == (
            judgement.file,
            effect,
            other,
        )
    assert [(s.unit, s.file) for s in register.current()] == [("U1", "b.xlsx"), ("U2", "d.xlsx")]
    assert [s.file for s in register.history("U1", "2024-Q1")] == ["c.xlsx", "a.xlsx", "b.xlsx"]
    assert [s.file for s in register.unplaced()] == ["e.xlsx", "f.bin"]
    assert len(register.receipts()) == len(steps)


def test_a_resubmission_with_errors_still_supersedes(register: Register) -> None:
    record(register, judged("clean.xlsx"), APRIL_3)
    receipt = record(register, judged("bad.xlsx", outcome=Outcome.FINDINGS), APRIL_5)
    assert receipt.effect is Effect.SUPERSEDES
    (current,) = register.current()
    assert (current.file, current.errors, current.outcome) == ("bad.xlsx", 1, Outcome.FINDINGS)


def test_an_old_return_sent_again_does_not_come_back(register: Register) -> None:
    record(register, judged("old.xlsx"), APRIL_3)
    record(register, judged("new.xlsx"), APRIL_5)
    assert record(register, judged("old.xlsx"), APRIL_9).effect is Effect.DUPLICATE
    assert [s.file for s in register.current()] == ["new.xlsx"]


def test_the_first_day_of_receipt_counts(register: Register) -> None:
    record(register, judged(), APRIL_9)
    again = record(register, judged(), APRIL_5)
    assert again.submission is not None
    assert again.submission.received == APRIL_5
    assert [s.received for s in register.current()] == [APRIL_5]
    assert [r.received for r in register.receipts()] == [APRIL_5, APRIL_9]


def test_a_duplicate_under_another_name_is_noted_with_both_names(register: Register) -> None:
    record(register, judged("bao cao.xlsx", seed="x"), APRIL_3)
    receipt = record(register, judged("ban sao.xlsx", seed="x"), APRIL_5)
    (note,) = receipt.findings
    assert (receipt.file, receipt.supersedes) == ("ban sao.xlsx", "bao cao.xlsx")
    assert (note.code, note.severity) == ("register.other_name", Severity.NOTE)
    assert note.params == {"file": "ban sao.xlsx", "other": "bao cao.xlsx"}
    assert register.receipts()[1] == receipt


def test_a_file_without_bytes_leaves_a_receipt_with_its_reason(register: Register) -> None:
    why = Finding("collect.lock_file", Severity.NOTE, Address("~$a.xlsx"))
    judgement = Judgement("~$a.xlsx", "", 0, Outcome.UNREADABLE, findings=(why,))
    for _ in range(2):
        assert register.record(judgement, APRIL_3, "").effect is Effect.UNREADABLE
    assert [r.findings for r in register.receipts()] == [(why,), (why,)]
    assert register.unplaced() == ()


# --- what counts does not depend on the order ----------------------------------------------

SAME_DAY = [
    (judged("a.xlsx", modified=NOON), APRIL_3),
    (judged("b.xlsx", modified=LATER), APRIL_3),
    (judged("c.xlsx"), APRIL_3),
    (judged("b again.xlsx", modified=LATER, seed="b.xlsx"), APRIL_5),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_any_order_gives_the_same_register(tmp_path: Path, order: tuple[int, ...]) -> None:
    with Register(tmp_path / "one.db") as one, Register(tmp_path / "two.db") as two:
        for judgement, received in SAME_DAY:
            record(one, judgement, received)
        for index in order:
            record(two, *SAME_DAY[index])
        assert state(one) == state(two)
        assert [s.file for s in two.current()] == ["b.xlsx"]
        assert [d.findings for d in one.details()] == [d.findings for d in two.details()]
        assert list(one.answers_frame_rows()) == list(two.answers_frame_rows())
        assert [(r.file, r.received) for r in one.receipts()] == [
            (r.file, r.received) for r in two.receipts()
        ]


RETURNS = st.builds(
    lambda seed, name, unit, period, day, modified, outcome: (
        # One content has one judgement, whatever name it comes under.
        judged(
            f"{name}.xlsx",
            unit=unit,
            period=period,
            seed=f"{seed}{unit}{period}{modified}{outcome}",
            modified=modified,
            outcome=outcome,
        ),
        date(2024, 4, day),
    ),
    seed=st.sampled_from("xyz"),
    name=st.sampled_from("abc"),
    unit=st.sampled_from(["U1", "U2"]),
    period=st.sampled_from(["2024-Q1", ""]),
    day=st.integers(1, 3),
    modified=st.sampled_from([None, NOON, LATER, NOON.replace(tzinfo=None)]),
    outcome=st.sampled_from([Outcome.CLEAN, Outcome.FINDINGS]),
)


@settings(max_examples=examples(40, 300), deadline=None)
@given(returns=st.lists(RETURNS, min_size=1, max_size=7), data=st.data())
def test_property_any_order(
    tmp_path_factory: pytest.TempPathFactory,
    returns: list[tuple[Judgement, date]],
    data: st.DataObject,
) -> None:
    shuffled = data.draw(st.permutations(returns))
    folder = tmp_path_factory.mktemp("any")
    with Register(folder / "one.db") as one, Register(folder / "two.db") as two:
        for judgement, received in returns:
            record(one, judgement, received)
        for judgement, received in shuffled:
            record(two, judgement, received)
        assert state(one) == state(two)
        assert [d.findings for d in one.details()] == [d.findings for d in two.details()]
        keys = {(j.unit, j.period) for j, _ in returns if j.period}
        assert [(s.unit, s.period) for s in one.current()] == sorted(keys)
        assert len(one.receipts()) == len(returns)
    shutil.rmtree(folder)


# --- two on one day -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "code", "used"),
    [
        (NOON, LATER, "register.two_same_day", "b.xlsx"),
        (LATER, NOON, "register.two_same_day", "a.xlsx"),
        (NOON, NOON, "register.two_undecided", max(("a.xlsx", "b.xlsx"), key=sha)),
        (None, None, "register.two_undecided", max(("a.xlsx", "b.xlsx"), key=sha)),
        (None, NOON, "register.two_undecided", "b.xlsx"),
    ],
)
def test_two_returns_of_one_day(
    register: Register, first: datetime | None, second: datetime | None, code: str, used: str
) -> None:
    assert record(register, judged("a.xlsx", modified=first)).findings == ()
    (said,) = record(register, judged("b.xlsx", modified=second)).findings
    other = "a.xlsx" if used == "b.xlsx" else "b.xlsx"
    assert (said.code, said.severity) == (code, Severity.WARNING)
    assert said.params == {"used": used, "others": other, "received": "03/04/2024"}
    for lang in LANGUAGES:
        assert "a.xlsx" in message(said, lang)
        assert "b.xlsx" in message(said, lang)
    # It also stands on the return that counts, and is counted there.
    (detail,) = register.details()
    assert (detail.submission.file, detail.submission.warnings) == (used, 1)
    assert [f.code for f in detail.findings] == [code]


def test_the_warning_goes_when_a_newer_return_comes(register: Register) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        record(register, judged(name))
    assert record(register, judged("c.xlsx"), APRIL_5).findings == ()
    (current,) = register.current()
    assert (current.file, current.warnings) == ("c.xlsx", 0)
    assert [s.warnings for s in register.history("U1", "2024-Q1")] == [0, 0, 0]


# --- values come back as they went in -------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.text(st.characters(exclude_categories=["Cs"])),
)


@settings(max_examples=examples(30, 300), deadline=None)
@given(values=st.lists(VALUES, max_size=8))
def test_property_values_are_kept_exactly(
    tmp_path_factory: pytest.TempPathFactory, values: list[AnswerValue]
) -> None:
    judgement = judged(values=values)
    folder = tmp_path_factory.mktemp("values")
    with Register(folder / "baocao.db") as register:
        record(register, judgement)
        (detail,) = register.details()
    assert detail.answers == judgement.answers
    assert [str(a.value) for a in detail.answers] == [str(v) for v in values]  # 1.50 is not 1.5
    shutil.rmtree(folder)


def test_everything_of_a_return_comes_back(register: Register) -> None:
    judgement = judged("=cmd.xlsx", outcome=Outcome.FINDINGS, modified=NOON)
    receipt = record(register, judgement)
    assert receipt.submission is not None
    detail = register.detail(receipt.submission.id)
    assert detail == register.details(["2024-Q1"])[0] == register.current_detail("U1", "2024-Q1")
    assert detail.answers == judgement.answers
    assert detail.findings == judgement.findings
    assert dict(detail.findings[0].params) == {"low": "0"}
    assert detail.ledgers == tuple(judgement.ledgers.items())
    assert detail.submission == receipt.submission
    assert (detail.submission.modified, detail.submission.fingerprint) == (NOON, "f1")


def test_addresses_follow_the_name_of_the_return(register: Register) -> None:
    record(register, judged("b.xlsx", seed="x", outcome=Outcome.FINDINGS), APRIL_5)
    record(register, judged("a.xlsx", seed="x", outcome=Outcome.FINDINGS), APRIL_3)
    (detail,) = register.details()
    assert {a.address.file for a in detail.answers} == {"a.xlsx"}
    assert {f.address.file for f in detail.findings} == {"a.xlsx"}


@pytest.mark.parametrize("value", [1.5, datetime(2024, 1, 1), b"x"])
def test_a_value_of_no_answer_is_refused_and_nothing_stays(
    register: Register, value: AnswerValue
) -> None:
    with pytest.raises(TypeError):
        record(register, judged(values=[Decimal(1), value]))
    assert register.receipts() == ()
    assert record(register, judged()).effect is Effect.RECORDED


def test_two_answers_to_one_field_are_refused_and_nothing_stays(register: Register) -> None:
    twice = replace(judged(), answers=judged().answers * 2)
    with pytest.raises(sqlite3.IntegrityError):
        record(register, twice)
    assert register.receipts() == ()
    assert record(register, judged()).effect is Effect.RECORDED


def test_a_failure_late_in_the_record_leaves_the_older_return_as_it_was(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(register, judged("a.xlsx"))
    before = (register.current(), register.receipts(), register.details())

    def fail(self: Register, receipt: Receipt) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Register, "_write_receipt", fail)
        with pytest.raises(KeyboardInterrupt):
            record(register, judged("b.xlsx"), APRIL_5)
    assert (register.current(), register.receipts(), register.details()) == before
    assert record(register, judged("b.xlsx"), APRIL_5).effect is Effect.SUPERSEDES


# --- queries --------------------------------------------------------------------------------


def test_periods_choose_what_is_read(register: Register) -> None:
    for period, unit in itertools.product(("2024-Q2", "2024-Q1"), ("U2", "U10", "U1")):
        record(register, judged(f"{unit} {period}.xlsx", unit, period))
    listed = [(s.period, s.unit) for s in register.current()]
    assert listed == sorted(listed)
    assert len(listed) == 6
    assert {s.period for s in register.current(["2024-Q2"])} == {"2024-Q2"}
    assert register.current([]) == ()
    assert [d.submission for d in register.iter_details(["2024-Q1"])] == list(
        register.current(["2024-Q1"])
    )


def test_rows_for_a_frame(register: Register) -> None:
    record(register, judged("a.xlsx", values=[Decimal("7"), None]))
    first, second = register.answers_frame_rows()
    named = dict(zip(ANSWER_FRAME_COLUMNS, first, strict=True))
    stored = f"luu-tru/{sha('a.xlsx')[:2]}/{sha('a.xlsx')}.xlsx"
    assert named == {
        "period": "2024-Q1",
        "unit": "U1",
        "form": "B1",
        "row": "1",
        "field": "so",
        "state": "value",
        "value": Decimal("7"),
        "raw": "7",
        "file": "a.xlsx",
        "sheet": "Biểu 1",
        "cell": "D5",
        "stored": stored,
    }
    assert second[5:7] == ("missing", None)


def test_more_returns_than_one_chunk(register: Register) -> None:
    for number in range(450):
        record(
            register, judged(f"{number:03}.xlsx", unit=f"U{number:03}", values=[Decimal(number)])
        )
    details = register.details()
    assert [d.answers[0].value for d in details] == [Decimal(n) for n in range(450)]


# --- judging again --------------------------------------------------------------------------


def test_stale_are_those_judged_with_another_programme(register: Register) -> None:
    register.record(judged("old.xlsx"), APRIL_3, "x", judged_with="p1")
    register.record(judged("new.xlsx", unit="U2"), APRIL_3, "x", judged_with="p2")
    unknown = judged("who.xlsx", "", "", outcome=Outcome.UNIDENTIFIED)
    register.record(unknown, APRIL_3, "x", judged_with="p2")
    assert {s.file for s in register.stale("p2")} == {"old.xlsx"}
    assert {s.file for s in register.stale("p3")} == {"old.xlsx", "new.xlsx", "who.xlsx"}


def test_judging_again_replaces_what_was_read(register: Register) -> None:
    wrong = judged("a.xlsx", values=[Decimal(1), Decimal(2)], outcome=Outcome.FINDINGS)
    record(register, wrong)
    right = judged("luu-tru/a.xlsx", values=[Decimal(3)], seed="a.xlsx", modified=NOON)
    after = register.rejudge(sha("a.xlsx"), right, "p2")
    (detail,) = register.details()
    assert detail.submission == after
    assert (after.file, after.received, after.errors) == ("a.xlsx", APRIL_3, 0)
    assert [a.value for a in detail.answers] == [Decimal(3)]
    assert detail.answers[0].address.file == "a.xlsx"
    assert detail.findings == ()
    assert register.stale("p2") == ()


def test_judging_again_can_move_a_return(register: Register) -> None:
    record(register, judged("old.xlsx"), APRIL_3)
    record(register, judged("new.xlsx"), APRIL_5)
    register.rejudge(sha("new.xlsx"), judged("new.xlsx", unit="U2"), "p2")
    assert [(s.unit, s.file) for s in register.current()] == [
        ("U1", "old.xlsx"),
        ("U2", "new.xlsx"),
    ]
    lost = judged("new.xlsx", "", "", outcome=Outcome.UNIDENTIFIED)
    register.rejudge(sha("new.xlsx"), lost, "p3")
    assert [s.file for s in register.current()] == ["old.xlsx"]
    assert [s.file for s in register.unplaced()] == ["new.xlsx"]


def test_judging_again_what_is_not_there(register: Register) -> None:
    with pytest.raises(KeyError):
        register.rejudge(sha("a.xlsx"), judged("a.xlsx"))
    with pytest.raises(ValueError, match="another file"):
        register.rejudge(sha("b.xlsx"), judged("a.xlsx"))


# --- the file -------------------------------------------------------------------------------


def test_it_is_there_when_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "baocao.db"
    with Register(path) as register:
        record(register, judged())
        before = register.details()
    with Register(path) as again:
        assert again.details() == before
        again.close()  # and closing twice does no harm
    assert sorted(p.name for p in path.parent.iterdir()) == ["baocao.db"]


def test_reading_only_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "baocao.db"
    with Register(path, read_only=True) as empty:
        assert empty.current() == ()
        with pytest.raises(ToolkitError) as refused:
            record(empty, judged())
        assert refused.value.key == "register.error.read_only"
    assert list(tmp_path.iterdir()) == []
    with Register(path) as register:
        record(register, judged())
    before = path.read_bytes()
    with Register(path, read_only=True) as reader:
        assert [s.unit for s in reader.current()] == ["U1"]
        with pytest.raises(ToolkitError):
            record(reader, judged("b.xlsx"))
    assert path.read_bytes() == before


def test_an_older_register_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "baocao.db"
    with Register(path) as register:
        record(register, judged())
    newer = (*schema.MIGRATIONS, ("CREATE TABLE added (x)",))
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    monkeypatch.setattr(schema, "VERSION", len(newer))
    before = path.read_bytes()
    with Register(path, read_only=True) as reader:
        assert len(reader.current()) == 1
    assert path.read_bytes() == before
    with Register(path) as register:
        assert len(register.current()) == 1
    monkeypatch.undo()
    with pytest.raises(ToolkitError) as refused:
        Register(path)
    assert refused.value.key == "register.error.newer"


def test_a_migration_that_fails_leaves_the_register_at_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "baocao.db"
    Register(path).close()
    broken = (*schema.MIGRATIONS, ("CREATE TABLE added (x)", "SELECT nonsense FROM nowhere"))
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", broken)
        patched.setattr(schema, "VERSION", len(broken))
        with pytest.raises(ToolkitError):
            Register(path)
    with Register(path) as register:
        assert record(register, judged()).effect is Effect.RECORDED


def test_a_file_that_is_no_register(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"this is not a database, whatever its name says " * 50)
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    folder = tmp_path / "folder.db"
    folder.mkdir()
    for path, key in [
        (garbage, "register.error.damaged"),
        (foreign, "register.error.foreign"),
        (folder, "register.error.cannot_open"),
    ]:
        with pytest.raises(ToolkitError) as refused:
            Register(path)
        assert refused.value.key == key


def test_another_command_that_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    path = tmp_path / "baocao.db"
    with Register(path) as one, Register(path) as two:
        with one._transaction(), pytest.raises(ToolkitError) as refused:
            record(two, judged())
        assert refused.value.key == "register.error.busy"
        assert record(two, judged()).effect is Effect.RECORDED


def test_two_commands_at_once_both_record(tmp_path: Path) -> None:
    path = tmp_path / "baocao.db"
    Register(path).close()
    failures: list[BaseException] = []

    def run(unit: str) -> None:
        try:
            with Register(path) as register:
                for number in range(15):
                    record(register, judged(f"{unit}-{number}.xlsx", unit))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(f"U{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Register(path) as register:
        assert len(register.receipts()) == 30
        assert len(register.current()) == 2


def test_a_snapshot_shows_one_state(tmp_path: Path) -> None:
    path = tmp_path / "baocao.db"
    with Register(path) as reader, Register(path) as writer:
        record(writer, judged())
        with reader.snapshot():
            first = reader.current()
            with reader.snapshot():
                assert reader.current() == first
        record(writer, judged("b.xlsx", unit="U2"))
        assert len(reader.current()) == 2
