"""``.zip`` archives with returns in them: what is inside, and each member's bytes in safety.

An ``.xlsx`` and an ``.ods`` are zip files as well; only what is inside tells them apart. No
member is ever written to a path of its own: its bytes go to the archive of originals under
their hash. Limits keep an archive that was made to do harm from filling the memory.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from toolkit.errors import UnreadableFile

MB = 2**20
# A return with pictures pasted in stays far below; what is larger is no return.
MAX_BYTES = 50 * MB
# All members of one archive together: the returns of thousands of units fit in.
MAX_TOTAL = 4096 * MB
# Office files hardly shrink, old .xls files to a tenth; zeros shrink to a thousandth.
_MAX_RATIO = 200
_RATIO_FROM = MB

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")  # a member first; an archive without members
# The table of contents: room for the returns of a country many times over. Python needs ten
# times as much memory to open it.
_MAX_DIRECTORY = 16 * MB

# What zipfile raises on broken bytes: names that are no UTF-8, extra fields and sizes that
# lead nowhere, methods that cannot read what they are given.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, MemoryError),
    *(ValueError, LookupError, ArithmeticError, RuntimeError),
)
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL = 2**16 + 200  # where the end of the table is told: behind it a comment at most

_ENCRYPTED = 0x1
_UTF8 = 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive. ``refusal`` is the key of the reason not to read it, if any."""

    name: str
    info: zipfile.ZipInfo
    refusal: str | None = None
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


def looks_like_archive(path: Path) -> bool:
    """Whether a file holds files rather than being one workbook. Raises OSError."""
    named = path.suffix.lower() == ".zip"
    with path.open("rb") as stream:
        if stream.read(4) not in _SIGNATURES:
            return named  # something else under the name of an archive: members() says so
        stream.seek(0)
        if _directory_size(stream) > _MAX_DIRECTORY:
            return True  # members() says so
    try:
        with zipfile.ZipFile(path) as archive:
            return not _is_document(archive)
    except BROKEN:
        return named  # a damaged workbook: the intake says what is wrong with it


def members(path: Path) -> tuple[Member, ...]:
    """The files in an archive by name; folders are none.

    Raises UnreadableFile when it cannot be opened or holds no file.
    """
    try:
        with path.open("rb") as stream:
            if _directory_size(stream) > _MAX_DIRECTORY:
                raise UnreadableFile("collect.zip_members")
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except NotImplementedError as error:  # a feature of the format that is not supported
        raise UnreadableFile("collect.zip_method") from error
    except BROKEN as error:
        raise UnreadableFile("collect.bad_zip") from error
    except OSError as error:
        raise UnreadableFile("collect.read_error", reason=error.strerror or error) from error
    if not infos:
        raise UnreadableFile("collect.empty_zip")
    found, total = [], 0
    for info in sorted(infos, key=lambda i: (_name(i), i.header_offset)):
        refusal = _refusal(info)
        params = {"size": -(-info.file_size // MB), "limit": MAX_BYTES // MB}
        if refusal is None:
            total += info.file_size
            if total > MAX_TOTAL:
                refusal, params = "collect.zip_total", {"limit": MAX_TOTAL // MB}
        found.append(Member(_name(info), info, refusal, params))
    return tuple(found)


class ArchiveReader:
    """Reads members one by one and keeps the archive last read from open for the next.

    The table of contents of an archive with thousands of members is so read once, and a
    thousand archives do not need a thousand open files.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._archive: zipfile.ZipFile | None = None

    def reading(self, path: Path, member: Member) -> Callable[[], bytes]:
        """A function that gives the member's bytes or raises UnreadableFile."""
        return lambda: self._read(path, member)

    def _read(self, path: Path, member: Member) -> bytes:
        try:
            with self._opened(path).open(member.info) as stream:
                data = stream.read(MAX_BYTES + 1)
        except NotImplementedError as error:
            raise UnreadableFile("collect.zip_method") from error
        except BROKEN as error:
            raise UnreadableFile("collect.bad_zip") from error
        except OSError as error:
            # bz2 reports damaged data as OSError without an error number
            key = "collect.read_error" if error.errno else "collect.bad_zip"
            raise UnreadableFile(key, reason=error.strerror or error) from error
        if len(data) > MAX_BYTES:
            size = -(-len(data) // MB)
            raise UnreadableFile("collect.too_large", size=size, limit=MAX_BYTES // MB)
        if _is_archive(data):
            raise UnreadableFile("collect.nested_zip")
        return data

    def _opened(self, path: Path) -> zipfile.ZipFile:
        if self._archive is None or self._path != path:
            self.close()
            self._archive, self._path = zipfile.ZipFile(path), path
        return self._archive

    def close(self) -> None:
        """Let go of the archive; a later reading opens it again."""
        if self._archive is not None:
            self._archive.close()
        self._archive = self._path = None


def _directory_size(stream: BinaryIO) -> int:
    """The size of the table of contents as the archive tells it; 0 where it does not."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - _TAIL))
    tail = stream.read()
    at, far = tail.rfind(_END), tail.rfind(_END_64)
    sizes = [0]
    if 0 <= at <= len(tail) - 16:
        sizes.append(struct.unpack_from("<I", tail, at + 12)[0])
    if 0 <= far <= len(tail) - 48:
        if sizes[-1] == 0xFFFFFFFF:
            sizes.pop()
        sizes.append(struct.unpack_from("<Q", tail, far + 40)[0])
    return max(sizes)


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name. macOS writes UTF-8 and does not say so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _refusal(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return "collect.encrypted"
    if info.file_size > MAX_BYTES:
        return "collect.too_large"
    if info.file_size > _RATIO_FROM and info.file_size > _MAX_RATIO * info.compress_size:
        return "collect.zip_bomb"
    return None


def _is_document(archive: zipfile.ZipFile) -> bool:
    """Whether a zip file is one document: Office and OpenDocument mark theirs so.

    Office does not tell upper from lower case there, and some programs write none.
    """
    names = {info.filename.lower() for info in archive.infolist()}
    return not names.isdisjoint(("[content_types].xml", "mimetype"))


def _is_archive(data: bytes) -> bool:
    if not data.startswith(_SIGNATURES):
        return False
    if _directory_size(io.BytesIO(data)) > _MAX_DIRECTORY:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return not _is_document(archive)
    except BROKEN:
        return False  # a damaged workbook, most likely; the intake says what is wrong
