"""What a file is, told by its content: the name a sender gave it proves nothing."""

from __future__ import annotations

import re
from enum import StrEnum

from toolkit.errors import UnreadableFile


class Container(StrEnum):
    """The outer shell of a file that may be a workbook."""

    ZIP = "zip"  # .xlsx, .xlsm, .xlsb, .ods
    OLE = "ole"  # .xls of Excel 5 and later, encrypted .xlsx
    BIFF = "biff"  # .xls of Excel 2 to 4 and of web programs: the records without a shell
    FLAT_ODS = "flat_ods"  # .fods


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# BOF record of BIFF2 to BIFF4, or of the newer type as web programs write it without a shell:
# type, then the length (4 to 16 bytes of data).
_BIFF = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")

# First bytes of what offices send by mistake, and the key that names it.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "reader.is_pdf"),
    (b"{\\rtf", "reader.is_word"),
    (b"\x89PNG", "reader.is_image"),
    (b"\xff\xd8\xff", "reader.is_image"),
    (b"GIF8", "reader.is_image"),
    (b"BM", "reader.is_image"),
    (b"II*\x00", "reader.is_image"),
    (b"MM\x00*", "reader.is_image"),
    (b"Rar!", "reader.is_archive"),
    (b"7z\xbc\xaf\x27\x1c", "reader.is_archive"),
    (b"\x1f\x8b", "reader.is_archive"),
    (b"MZ", "reader.is_program"),
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|meta|script|div|style|title)\b", re.IGNORECASE
)
_MHTML = re.compile(r"(?:mime-version:|from: <?saved by|content-type: multipart)", re.IGNORECASE)
_JSON = re.compile(r"[\[{]\s*(?:[\]}\"\[{0-9-]|true|false|null)")
_HEAD = 4096


def sniff(data: bytes, name: str) -> Container:
    """The shell of the file.

    Raises UnreadableFile with a key that names what the file really is where it is no
    workbook (a web page, JSON, CSV, PDF, a lock file, empty …).
    """
    if not data:
        raise UnreadableFile("reader.empty")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Container.ZIP
    if data.startswith(_OLE):
        return Container.OLE
    if name.startswith(("~$", ".~lock.")):
        raise UnreadableFile("reader.lock_file")
    if not data.strip(b"\x00"):
        raise UnreadableFile("reader.zeroed")
    if _BIFF.match(data):
        return Container.BIFF
    for signature, key in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableFile(key)
    head = _text(data[:_HEAD])
    if head is not None and _is_flat_ods(head):
        return Container.FLAT_ODS
    raise UnreadableFile("reader.unknown" if head is None else _key_of_text(head))


def _text(head: bytes) -> str | None:
    """The beginning of the file as text, or None where it is binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").lstrip("\ufeff").strip()
    if b"\x00" in head:
        return None
    text = head.decode("utf-8-sig", "replace").strip()
    control = sum(1 for char in text if char < " " and char not in "\t\r\n\f")
    return None if control * 20 > len(text) else text


def _is_flat_ods(head: str) -> bool:
    return head.startswith("<") and "opendocument.spreadsheet" in head and "office:document" in head


def _key_of_text(head: str) -> str:
    if _MHTML.match(head):
        return "reader.is_html"
    if head.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in head or "Excel.Sheet" in head:
            return "reader.is_xml_spreadsheet"
        return "reader.is_html" if _HTML.search(head) else "reader.is_xml"
    if _JSON.match(head):
        return "reader.is_json"
    lines = [line for line in head.splitlines() if line.strip()]
    if lines and all(any(mark in line for mark in ",;\t") for line in lines[:5]):
        return "reader.is_csv"
    return "reader.is_text"
