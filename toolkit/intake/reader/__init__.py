"""Opening what came in: every cell of a workbook as its file holds it, or the reason why not.

``read_workbook`` and ``read_bytes`` read .xlsx, .xlsm, .xlsb, .xls and .ods by content.
"""

from toolkit.intake.reader.entry import read_bytes, read_workbook
from toolkit.intake.reader.limits import Limits

__all__ = ["Limits", "read_bytes", "read_workbook"]
