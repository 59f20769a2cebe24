"""Values as the text of a data file, and files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from toolkit.errors import ToolkitError
from toolkit.intake.model import AnswerValue
from toolkit.register.files import replacing

# A spreadsheet program takes a text that begins like this for a formula (OWASP, CSV
# injection); the full-width forms are read the same way in East Asian settings.
_FORMULA_START = re.compile(r"[=+\-@\x00-\x1f\x7f＝＋－＠]")

_TO_QUOTE = re.compile(r'[",\r\n]')


def plain(value: AnswerValue) -> str:
    """A value as text: a number with ``.`` and no exponent, a day as ISO 8601, "" for none."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        said = str(value)  # twice as quick as a format, which is for the few with an exponent
        return format(value, "f") if "E" in said else said
    return value.isoformat() if isinstance(value, date) else value


def harmless(value: AnswerValue) -> str:
    """A value for CSV that no spreadsheet program takes for a formula."""
    if isinstance(value, str) and _FORMULA_START.match(value):
        return "'" + value
    return plain(value)


def quoted(text: str) -> str:
    """A text as csv.writer writes it among others: in quotation marks where it must be."""
    if _TO_QUOTE.search(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


@contextlib.contextmanager
def writing(target: Path) -> Iterator[Path]:
    """A path to write aside; ToolkitError when the target cannot be written."""
    try:
        with replacing(target) as aside:
            yield aside
    except (OSError, FileCreateError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ToolkitError("export.cannot_write", file=target, reason=reason) from error
