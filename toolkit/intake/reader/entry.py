"""The way in: from a path or bytes to a raw workbook, or to the reason why not."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from pathlib import Path

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.model import RawWorkbook
from toolkit.intake.reader.archive import Archive
from toolkit.intake.reader.limits import DEFAULTS, Limits
from toolkit.intake.reader.ods import is_ods, read_flat_ods, read_ods
from toolkit.intake.reader.ooxml import Reading, read_ooxml, workbook_part
from toolkit.intake.reader.sealed import unsealed
from toolkit.intake.reader.sniff import Container, sniff
from toolkit.intake.reader.xls import read_xls
from toolkit.intake.reader.xlsb import read_xlsb

# What zip, XML and binary parsing raise on broken bytes. ValueError holds the unicode
# errors, LookupError an index or a codec that is not there, ArithmeticError an overflowing
# date or size, RuntimeError (with NotImplementedError) what zipfile says of unknown methods.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    struct.error,
    EOFError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
)


def read_workbook(path: Path, limits: Limits = DEFAULTS) -> RawWorkbook:
    """Read a returned file, whatever its name says it is.

    Raises UnreadableFile; its key says why (``reader.*`` in the catalogues).
    """
    try:
        if path.stat().st_size > limits.max_bytes:
            raise UnreadableFile("reader.too_large")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile("reader.cannot_open", reason=error.strerror or "?") from error
    return read_bytes(data, path.name, limits)


def read_bytes(data: bytes, name: str, limits: Limits = DEFAULTS) -> RawWorkbook:
    """Read a workbook from its bytes; ``name`` goes into addresses.

    ``modified`` is an aware datetime in UTC; the moments in cells are naive. Raises
    UnreadableFile as :func:`read_workbook` does, and nothing else for any bytes.
    """
    if len(data) > limits.max_bytes:
        raise UnreadableFile("reader.too_large")
    container = sniff(data, name)
    try:
        reading = _read_opened(data, container, name, limits)
    except BROKEN as error:
        raise UnreadableFile("reader.damaged") from error
    except MemoryError as error:
        raise UnreadableFile("reader.too_large") from error
    return RawWorkbook(
        name,
        hashlib.sha256(data).hexdigest(),
        reading.format,
        reading.sheets,
        reading.modified,
        reading.notes,
    )


def _read_opened(data: bytes, container: Container, name: str, limits: Limits) -> Reading:
    """The reading of a file, also of one sealed with the password that everybody knows."""
    try:
        return _read(data, container, name, limits)
    except UnreadableFile as error:
        if container is not Container.OLE or error.key != "reader.encrypted":
            raise
    opened = unsealed(data)
    return _read(opened, sniff(opened, name), name, limits)


def _read(data: bytes, container: Container, name: str, limits: Limits) -> Reading:
    match container:
        case Container.ZIP:
            return _read_zip(data, name, limits)
        case Container.FLAT_ODS:
            return read_flat_ods(data, name, limits)
        case _:
            return read_xls(data, name, limits)


def _read_zip(data: bytes, name: str, limits: Limits) -> Reading:
    with Archive(data, limits) as archive:
        if is_ods(archive):
            return read_ods(archive, name, limits)
        part = workbook_part(archive, limits)
        if part is None:
            raise UnreadableFile(_other_zip(archive))
        if part.lower().endswith(".bin"):
            return read_xlsb(archive, part, name, limits)
        if part.startswith("word/"):
            raise UnreadableFile("reader.is_word")
        if part.startswith("ppt/"):
            raise UnreadableFile("reader.is_slides")
        return read_ooxml(archive, part, name, limits)


def _other_zip(archive: Archive) -> str:
    """The key that names a zip file that is no workbook."""
    if "mimetype" in archive and archive.read("mimetype").startswith(b"application/vnd.oasis"):
        kind = archive.read("mimetype")
        if b".text" in kind:
            return "reader.is_word"
        return "reader.is_slides" if b".presentation" in kind else "reader.not_workbook"
    if archive.any_under("word/"):
        return "reader.is_word"
    if archive.any_under("ppt/"):
        return "reader.is_slides"
    if archive.any_under("xl/"):
        return "reader.damaged"
    return "reader.is_archive"
