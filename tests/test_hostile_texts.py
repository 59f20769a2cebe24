"""Texts of senders that a program might run: none is a formula, a link or a command anywhere.

One return with such texts in its cells, its sheet names and its file name goes through every
command; then every file that was written is opened up and looked through, part by part.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from programmes import SMALL_PROGRAMME
from returned import CLEAN

from toolkit.cli import run
from toolkit.programme.build import build_workbook
from toolkit.programme.load import load
from toolkit.template.layout import layout
from toolkit.template.write import write

# Every text holds the word by which it is found again.
MARK = "EVIL"
TEXTS = (
    '=HYPERLINK("http://evil.example/?EVIL1","a")',
    "=cmd|' /C EVIL2'!A0",
    "+EVIL3+1",
    "-EVIL4-1",
    "@SUM(EVIL5)",
    "\t=EVIL6()",
    "_x000D_=EVIL7()",
    "_x001B_]8;;http://evil.example\\EVIL8_x0007_",
    "＝EVIL9()",
    "{=EVIL10()}",
    "'=EVIL11()",
    "http://evil.example/EVIL12",
    "file:///c:/EVIL13.exe",
    "mailto:EVIL14@evil.example",
    "internal:'Bìa'!A1 EVIL15",
    "external:EVIL16.xlsx",
    "<script>EVIL17</script>",
    '"><img src=x onerror=EVIL18>',
    "</script><script>EVIL19</script>",
    "javascript:EVIL20()",
    "\u202e=EVIL21()",
    "{EVIL22}",
    "%s%n{0.__class__}EVIL23",
    "]]><x>EVIL24</x>",
    '=DDE("cmd";"/C EVIL25";"1")',
    "\n=EVIL26()",
    "IMPORTXML EVIL27\r\nBcc: EVIL@evil.example",
)
EXPECTED = {f"{MARK}{number}" for number in range(1, len(TEXTS) + 1)}
FILE = "=EVIL30() <img src=x onerror=EVIL31> \u202eEVIL32.xlsx"
SHEET = "=EVIL33()"


@dataclass(frozen=True)
class Made:
    """The folder after all commands, and what they printed."""

    root: Path
    printed: str

    def outputs(self) -> list[Path]:
        """What was written, without the register and the archived originals."""
        return [
            path
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
            and not {"luu-tru", "nhan-ve", "gui-di"} & set(path.relative_to(self.root).parts)
            and path.name not in ("chuong-trinh.xlsx", "baocao.db", "programme.xlsx")
        ]


def evil_return(root: Path) -> bytes:
    """A return whose texts are all evil, also where a number or a choice is asked for."""
    programme = load(root / "chuong-trinh.xlsx")
    plan = layout(programme, programme.unit("305"), programme.period("2024-Q1"))
    blank = io.BytesIO()
    write(plan, blank)
    book = openpyxl.load_workbook(blank)
    for form in plan.sheets:
        for cell, value in CLEAN[form.form.code].items():
            book[form.sheet][cell].value = value
    names = {form.form.code: form.sheet for form in plan.sheets}
    rows = book[names["MH"]]
    for row, words in enumerate(TEXTS, 10):
        for column, value in (("C", words), ("D", "Kinh tế"), ("E", date(2024, 1, 15))):
            rows[f"{column}{row}"].value = value
        rows[f"C{row}"].data_type = "s"
    for form, cell, words in (
        ("MH", "D12", "=EVIL36()"),  # no choice of the list
        ("CT", "F10", '="EVIL37"&HYPERLINK("http://evil.example")&"'),  # no number
        ("DT", "E14", TEXTS[1]),
        ("CT", "I9", TEXTS[0]),
        ("NV", "J5", TEXTS[3]),
    ):
        book[names[form]][cell].value = words
        book[names[form]][cell].data_type = "s"
    extra = book.create_sheet(SHEET)
    extra["A1"].value, extra["A1"].data_type = TEXTS[16], "s"
    done = io.BytesIO()
    book.save(done)
    return done.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("evil") / "o"
    source = root / "csv"
    shutil.copytree(SMALL_PROGRAMME, source)
    forms = source / "bieu.csv"
    forms.write_text(forms.read_text("utf-8").replace(",12,có,", ",40,có,"), "utf-8")
    build_workbook(source, root / "chuong-trinh.xlsx")
    shutil.rmtree(source)
    given = root / "nhan-ve" / "2024-04-05"
    given.mkdir(parents=True)
    (given / FILE).write_bytes(evil_return(root))
    (given / "=EVIL34().pdf").write_bytes(b"%PDF EVIL")
    printed = io.StringIO()
    late = str(date(2024, 4, 5) + timedelta(30))
    place = ["-C", str(root)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("click.utils._default_text_stdout", lambda: printed)
        assert run(["run", str(root)]) == 1
        assert run([*place, "check", str(given)]) == 1
        assert run([*place, "history", "305", "2024-Q1"]) == 0
        assert run([*place, "status", "--xlsx", str(root / "bao-cao" / "status.xlsx")]) == 0
        for command in ("page", "report", "slides"):
            assert run([*place, command, "--period", "2024-Q1"]) in (0, 1), command
        for kind in ("csv", "xlsx", "parquet"):
            assert run([*place, "export", "--format", kind]) == 0
        assert run([*place, "remind", "--period", "2024-Q1", "--on", late]) == 0
        assert run([*place, "close", "2024-Q1", "--why", "=EVIL35()"]) == 0
        assert run([*place, "compare", "2024-Q1/1"]) == 0
    return Made(root, printed.getvalue())


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a zipped document; of any other file itself."""
    if path.suffix not in (".xlsx", ".docx", ".pptx"):
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def of_kind(made: Made, suffix: str) -> list[Path]:
    found = [path for path in made.outputs() if path.suffix == suffix]
    assert found, f"no {suffix} was written: the test looks at nothing"
    return found


# Elements whose text, and attributes whose value, a program acts upon.
_ACTING = {
    *("f", "formula", "formula1", "formula2", "definedName", "oddHeader", "oddFooter"),
    *("instrText", "fldSimple", "ddeLink", "oleLink"),
}
_LINKS = {"Target", "href", "location", "display", "instr", "ref", "src"}


def without_literals(formula: str) -> str:
    """A formula without its quoted texts: those are compared with, and never run."""
    return re.sub(r'"(?:[^"]|"")*"', "", formula)


def acting(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if name in _ACTING:
            yield "".join(element.itertext())
        for key, value in element.attrib.items():
            if str(key).rpartition("}")[2] in _LINKS or str(key).startswith("on"):
                yield str(value)


def test_the_texts_arrive(made: Made) -> None:
    """Or there would be nothing to look for."""
    words = "".join(
        part.decode("utf-8", "replace")
        for path in of_kind(made, ".xlsx")
        for part in parts(path).values()
    )
    assert {mark for mark in EXPECTED if not re.search(rf"{mark}\b", words)} == set()


@pytest.mark.parametrize("suffix", [".xlsx", ".docx", ".pptx", ".svg"])
def test_nothing_acts_in_documents(made: Made, suffix: str) -> None:
    wrong = []
    for path in of_kind(made, suffix):
        for name, part in parts(path).items():
            if part.lstrip()[:1] == b"<":
                wrong += [
                    (path.name, name, said)
                    for said in acting(etree.fromstring(part))
                    if MARK in without_literals(said)
                ]
            assert not re.search(r"(externalLink|activeX|vbaProject|oleObject)", name), (path, name)
    assert wrong == []


def test_no_cell_of_a_csv_is_a_formula(made: Made) -> None:
    seen = 0
    for path in of_kind(made, ".csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line in csv.reader(stream):
                for cell in line:
                    seen += MARK in cell
                    assert not (MARK in cell and re.match(r"[\s=+\-@＝＋－＠\x00-\x1f]", cell)), (
                        cell
                    )
    assert seen


class _Page(HTMLParser):
    """Collects what a browser would act upon."""

    def __init__(self) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.text = ""
        self.data = ""
        self.script = ""
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag if ("type", "application/json") not in attrs else "data"
        for name, value in attrs:
            told = value or ""
            harmful = name.startswith("on") or name in ("href", "src", "action", "style", "srcdoc")
            if (MARK in name) or (harmful and MARK in told) or tag in ("img", "iframe", "x"):
                self.acting.append(f"{tag} {name}={told}")
        if MARK in tag:
            self.acting.append(tag)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (named so by HTMLParser)
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in ("script", "style"):
            if MARK in data:
                self.acting.append(data[:200])
            self.script += data
        elif self._within == "data":
            self.data += str(json.loads(data))
        else:
            self.text += data


def test_the_page_escapes_everything(made: Made) -> None:
    for path in of_kind(made, ".html"):
        page = _Page()
        page.feed(path.read_text("utf-8"))
        assert page.acting == []
        assert "<script>EVIL17</script>" in page.text + page.data
        # The script shows the data as text, never as markup.
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|eval", page.script
        )


def test_messages_have_the_headers_they_were_given(made: Made) -> None:
    seen = 0
    for path in of_kind(made, ".eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        known = {"To", "Subject", "X-Unsent", "Content-Type", "Content-Transfer-Encoding"}
        assert set(mail.keys()) <= known | {"MIME-Version"}
        assert MARK not in str(mail["To"]) + str(mail["Subject"])
        body = mail.get_body(("plain",))
        assert body is not None
        seen += MARK in body.get_content()
        assert all(MARK not in (part.get_filename() or "") for part in mail.walk())
    assert seen


def test_json_is_json(made: Made) -> None:
    for path in of_kind(made, ".json"):
        json.loads(path.read_text("utf-8"))


def test_no_output_bears_a_name_of_a_sender(made: Made) -> None:
    assert [path for path in made.outputs() if MARK in path.name] == []
    kept = [path.name for path in (made.root / "luu-tru").rglob("*") if path.is_file()]
    assert [name for name in kept if MARK in name] == []


def test_nothing_printed_steers_the_terminal(made: Made) -> None:
    assert MARK in made.printed
    assert [c for c in made.printed if (c < " " and c not in "\n\t") or c in "\u202e\x7f\x9b"] == []


def test_the_workbooks_open_without_links(made: Made) -> None:
    """Every cell with such a text is a text, as a spreadsheet program sees it."""
    found = []
    for path in of_kind(made, ".xlsx"):
        book = openpyxl.load_workbook(path)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and MARK in cell.value:
                        found.append(cell.coordinate)
                        if cell.data_type == "f":  # one of ours, which compares with the text
                            assert MARK not in without_literals(cell.value), cell.value
                        assert cell.hyperlink is None or MARK not in str(cell.hyperlink.target)
    assert len(found) > 50
