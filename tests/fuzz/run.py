"""Damaged returns by the thousand: none crashes, hangs or goes unjudged, no value is lost.

    python tests/fuzz/run.py [--count 20000] [--seed 1] [--first 0] [--keep FOLDER]

Each file is the number ``first`` + n of its seed; what is wrong with one is printed with its
number and the file kept in FOLDER, so that ``--first N --count 1`` shows it again. Exits with
1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutate import Damaged, damaged

from toolkit.findings import Severity
from toolkit.intake.bounds import Bounds
from toolkit.intake.isolated import Children
from toolkit.intake.model import Answer, Judgement, Outcome, State
from toolkit.messages import LANGUAGES, message
from toolkit.programme.load import load
from toolkit.programme.model import Programme

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "hai-phong-2024"
SUFFIXES = (".xlsx", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Base:
    """A sound return and the judgement on it."""

    name: str
    data: bytes
    judgement: Judgement
    computed: frozenset[str]  # the fields that follow from other cells


@dataclass(slots=True)
class Tally:
    """What came of it; ``wrong`` are the numbers of files, what is wrong with each."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def bases(programme: Programme, children: Children) -> list[Base]:
    """Returns of the sample whose unit and period are known, a few of each format."""
    found: list[Base] = []
    formulas = frozenset(f.code for form in programme.forms for f in form.fields if f.formula)
    for path in sorted((SAMPLE / "nhan-ve").rglob("*")):
        few = sum(base.name.endswith(path.suffix) for base in found) < 6
        if path.suffix in SUFFIXES and few:
            data = path.read_bytes()
            judgement = children.judge(data, path.name)
            if judgement.answers and judgement.programme == programme.code:
                found.append(Base(path.name, data, judgement, formulas))
    return found


def number_of(seed: int, number: int, given: Sequence[Base]) -> tuple[Base, Damaged]:
    """The damaged file of a seed and a number."""
    chance = random.Random(f"{seed}/{number}")
    base = chance.choice(given)
    return base, damaged(base.data, chance)


def run(count: int, seed: int, first: int = 0, keep: Path | None = None, workers: int = 2) -> Tally:
    """Judge so many damaged files, each held to what is true of every file."""
    programme = load(SAMPLE / "chuong-trinh.xlsx")
    tally = Tally()
    with Children(programme, bounds=Bounds(), count=workers) as children:
        given = bases(programme, children)
        made: list[tuple[Base, Damaged]] = []

        def files() -> Iterator[tuple[bytes, str]]:
            for number in range(first, first + count):
                made.append(number_of(seed, number, given))
                yield made[-1][1].data, made[-1][0].name

        for number, judgement in enumerate(children.judge_all(files()), first):
            base, file = made.pop(0)
            tally.ends[f"{file.what}: {judgement.outcome}"] += 1
            for wrong in faults(base, file, judgement):
                tally.wrong.append((number, wrong))
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{number}-{base.name}").write_bytes(file.data)
    return tally


def faults(base: Base, file: Damaged, judgement: Judgement) -> Iterator[str]:
    """What is wrong with a judgement, whatever the file is."""
    codes = [finding.code for finding in judgement.findings]
    yield from (code for code in codes if code.startswith("judging."))
    for sheet, ledger in judgement.ledgers.items():
        if not ledger.balanced:
            yield f"the cells of {sheet} do not add up"
    errors = any(finding.severity is Severity.ERROR for finding in judgement.findings)
    if errors == (judgement.outcome is Outcome.CLEAN):
        yield f"{judgement.outcome} with findings {codes}"
    for finding in judgement.findings:
        own = any("{" in value for value in (finding.found, *finding.params.values()))
        if not own and any("{" in message(finding, lang) for lang in LANGUAGES):
            yield f"{finding.code} has a placeholder left"
    if judgement.unit == base.judgement.unit and judgement.period == base.judgement.period:
        yield from _silent(base, file, judgement)


def _silent(base: Base, file: Damaged, judgement: Judgement) -> Iterator[str]:
    """A value that became another without a word."""
    if not (file.cell or file.sealed):
        return
    before, after = _by_place(base.judgement), _by_place(judgement)
    said = {(f.code, f.address) for f in judgement.findings}
    if said - {(f.code, f.address) for f in base.judgement.findings}:
        return
    for key, was in before.items():
        now = after.get(key)
        here = file.cell and was.address.cell == file.cell
        computed = was.field in base.computed
        same = now is not None and (now.value, now.state) == (was.value, was.state)
        if not same and not here and not computed:
            yield f"{key}: {was.value!r} became {now and now.value!r} without a word"


def _by_place(judgement: Judgement) -> dict[tuple[str, str, str], Answer]:
    """The answers that hold something. The number of a row of a list is no part of its answer."""
    return {
        (a.form, a.field, a.address.cell): a
        for a in judgement.answers
        if a.state is not State.MISSING
    }


def main() -> None:
    """Run as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    tally = run(options.count, options.seed, options.first, options.keep)
    for end, count in sorted(tally.ends.items()):
        print(f"{count:>8}  {end}")
    for number, wrong in tally.wrong[:50]:
        print(f"seed {options.seed} number {number}: {wrong}")
    print(f"{options.count} files, {len(tally.wrong)} wrong, {time.monotonic() - started:.0f} s")
    sys.exit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
