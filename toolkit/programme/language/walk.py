"""What a tree is made of: the fields it uses, what it needs from elsewhere, cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.kept import by_identity
from toolkit.programme.language.faults import LanguageFault, fault
from toolkit.programme.language.scope import Scope
from toolkit.programme.language.tree import (
    Binary,
    Call,
    CountRows,
    Expression,
    Node,
    Prev,
    Ref,
    Span,
    Unary,
    UnitValue,
)


def nodes(root: Node) -> Iterator[Node]:
    """Every node of the tree, from left to right, a node before its parts."""
    yield root
    parts: tuple[Node, ...] = ()
    if isinstance(root, Unary):
        parts = (root.operand,)
    elif isinstance(root, Binary):
        parts = (root.left, root.right)
    elif isinstance(root, Call):
        parts = root.args
    for part in parts:
        yield from nodes(part)


def references(expression: Expression) -> tuple[str, ...]:
    """The codes of the fields of the same row that are used, in order of first use.

    A span counts with all its fields. A field under PREV belongs to another return and is
    not among them: see :func:`previous_references`.
    """
    return _references(expression)


def previous_references(expression: Expression) -> tuple[str, ...]:
    """The codes of the fields asked of the period before, in order of first use."""
    return _previous_references(expression)


def _find_references(expression: Expression) -> tuple[str, ...]:
    used: dict[str, None] = {}
    for node in nodes(expression.root):
        if isinstance(node, Ref):
            used[node.field] = None
        elif isinstance(node, Span):
            used.update(dict.fromkeys(node.fields))
    return tuple(used)


def _find_previous_references(expression: Expression) -> tuple[str, ...]:
    found = (node.field for node in nodes(expression.root) if isinstance(node, Prev))
    return tuple(dict.fromkeys(found))


# Asked for each row of each return.
_references = by_identity(_find_references, 4096)
_previous_references = by_identity(_find_previous_references, 4096)


def needs_outside(expression: Expression) -> bool:
    """Whether it uses PREV, COUNTROWS, UNIT or UNIQUE: more than the row it stands in."""
    outside = Prev | CountRows | UnitValue
    return uses_unique(expression) or any(isinstance(n, outside) for n in nodes(expression.root))


def uses_unique(expression: Expression) -> bool:
    """Whether it compares the rows of a form with each other."""
    return any(isinstance(n, Call) and n.name == "UNIQUE" for n in nodes(expression.root))


def find_cycles(formulas: Mapping[str, Expression]) -> tuple[tuple[str, ...], ...]:
    """The circles among computed fields: ``("a", "b")`` where a uses b and b uses a.

    ``formulas`` maps the code of each computed field of a form to its formula. Each circle
    is given once, beginning with the field that comes first in ``formulas``; a field in
    several circles is named in the first found. PREV makes no circle.
    """
    uses = {
        code: [used for used in references(formula) if used in formulas]
        for code, formula in formulas.items()
    }
    done: set[str] = set()
    cycles: list[tuple[str, ...]] = []
    for start in uses:
        cycle = _cycle_through(start, uses, done)
        if cycle:
            cycles.append(cycle)
            done.update(cycle)
        done.add(start)
    return tuple(cycles)


def _cycle_through(
    start: str, uses: Mapping[str, list[str]], done: set[str]
) -> tuple[str, ...] | None:
    """A shortest way from ``start`` back to itself that meets no field of ``done``."""
    if start in done:
        return None
    ways: list[tuple[str, ...]] = [(start,)]
    seen = set(done)
    for way in ways:
        for used in uses[way[-1]]:
            if used == start:
                return way
            if used not in seen:
                seen.add(used)
                ways.append((*way, used))
    return None


def calculation_order(formulas: Mapping[str, Expression]) -> tuple[str, ...]:
    """The computed fields so that each comes after those it uses.

    Raises ValueError where there is a cycle.
    """
    if find_cycles(formulas):
        raise ValueError("the formulas form a cycle")
    ordered: dict[str, None] = {}

    def place(code: str) -> None:
        for used in references(formulas[code]):
            if used in formulas and used not in ordered:
                place(used)
        ordered[code] = None

    for code in formulas:
        if code not in ordered:
            place(code)
    return tuple(ordered)


def cycle_fault(cycle: tuple[str, ...], scope: Scope) -> LanguageFault:
    """The fault of a cycle, its fields named by their headings and back to the first."""
    titles = [scope.field(code).title or code for code in (*cycle, cycle[0])]
    return fault("cycle", chain=" → ".join(f"[{title}]" for title in titles))
