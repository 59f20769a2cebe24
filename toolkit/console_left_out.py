"""What ``check`` prints of the cells that gave no answer. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.messages import text

if TYPE_CHECKING:
    from toolkit.findings import Address
    from toolkit.intake.model import CellFate, Judgement

# A sheet pasted in beside the forms may have thousands of cells, all with one reason.
_MOST_ALIKE = 12
_MOST_SHOWN = 40  # characters of a cell


def left_out(judgement: Judgement, lang: str) -> list[str]:
    """A line for the cells of a sheet with one fate and reason: each with its content.

    The reason is a finding printed above: its place and code are given. Of many cells the
    first are named and the rest counted, so that none is left unsaid.
    """
    if not judgement.left_out:
        return []
    alike: dict[tuple[str, str, str, Address], list[CellFate]] = {}
    for cell in judgement.left_out:
        key = (cell.address.sheet, cell.fate.value, cell.code, cell.said_at)
        alike.setdefault(key, []).append(cell)
    lines = [_line(cells, lang) for cells in alike.values()]
    return [text("cli.left_out.head", lang), *lines]


def _line(cells: list[CellFate], lang: str) -> str:
    first = cells[0]
    named = "; ".join(f"{cell.address.cell} “{_shown(cell)}”" for cell in cells[:_MOST_ALIKE])
    if len(cells) > _MOST_ALIKE:
        named += text("cli.left_out.more", lang, count=len(cells) - _MOST_ALIKE)
    return text(
        f"cli.left_out.{first.fate}",
        lang,
        count=len(cells),
        sheet=first.address.sheet,
        cells=named,
        place=_place(first.said_at, lang),
        code=first.code,
    )


def _shown(cell: CellFate) -> str:
    shown = " ".join(cell.shown.split())
    return shown if len(shown) <= _MOST_SHOWN else shown[: _MOST_SHOWN - 1] + "…"


def _place(address: Address, lang: str) -> str:
    if not address.sheet:
        return text("cli.left_out.file", lang)
    kind = "cell" if address.cell else "sheet"
    return text(f"cli.place.{kind}", lang, sheet=address.sheet, cell=address.cell)
