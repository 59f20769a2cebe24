"""Building programme workbooks from folders of CSV files.

``python -m toolkit.programme.build`` rebuilds every ``.xlsx`` of the standard programmes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from toolkit.findings import has_errors
from toolkit.messages import message
from toolkit.programme.load import load_book
from toolkit.programme.read import read_folder
from toolkit.programme.standard import templates_folder
from toolkit.programme.write import write_book


def build_workbook(folder: Path, target: Path, *, lang: str = "vi") -> None:
    """Write the workbook of a folder with one CSV file a sheet.

    ``lang`` is the language of the help in it.
    """
    write_book(read_folder(folder), target, lang=lang)


def main() -> int:
    """Rebuild the workbook of every standard programme; 1 when one of them is faulty."""
    faulty = False
    for folder in sorted(p for p in templates_folder().iterdir() if p.is_dir()):
        book = read_folder(folder)
        _, findings = load_book(book)
        for finding in findings:
            print(f"{finding.severity}: {finding.address}: {message(finding)}")
        if has_errors(findings):
            faulty = True
            continue  # the workbook of a faulty programme is not replaced
        target = folder.with_suffix(".xlsx")
        write_book(book, target)
        print(target)
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
