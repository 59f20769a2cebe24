"""A zip file opened with its guards: nothing is inflated beyond the limits."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from functools import lru_cache
from types import TracebackType

from toolkit.errors import UnreadableFile
from toolkit.intake.reader.limits import Limits

_SMALL = 4 * 1024 * 1024  # below this the ratio of a part tells nothing
_ENCRYPTED_FLAG = 0x1
_PATCH_FLAGS = 0x60  # compressed patches, strong encryption: nobody writes them
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that Excel and LibreOffice write
_UTF8_FLAG = 0x800
# A local file header: signature, flags, lengths of the name and of the extra field.
_LOCAL = struct.Struct("<4s2xH18xHH")


class Archive:
    """The parts of a workbook that is a zip file, by name (upper or lower case alike).

    Raises UnreadableFile: ``reader.damaged`` for a broken zip, ``reader.too_large`` for one
    beyond the limits, ``reader.encrypted`` for a zip with a password.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._data = data
        # Counted before the directory is parsed: each entry costs some hundred bytes there.
        if data.count(b"PK\x01\x02") > limits.max_entries:
            raise UnreadableFile("reader.too_large")
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        entries = self._entries()
        self._infos = {_key(info.filename): info for info in entries}
        if len(self._infos) != len(entries):
            # Two parts of one name: programs differ in which of them they show.
            self._zip.close()
            raise UnreadableFile("reader.damaged")

    def _entries(self) -> list[zipfile.ZipInfo]:
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        if sum(info.file_size for info in infos) > self._limits.max_uncompressed:
            raise UnreadableFile("reader.too_large")
        return infos

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._infos

    def any_under(self, folder: str) -> bool:
        """Whether a part lies under the folder (lower case, ending in ``/``)."""
        return any(name.startswith(folder) for name in self._infos)

    def read(self, name: str) -> bytes:
        """The inflated part.

        Raises UnreadableFile (``reader.damaged`` where it is missing or broken).
        """
        info = self._infos.get(_key(name))
        if info is None or info.compress_type not in _METHODS:
            raise UnreadableFile("reader.damaged")
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise UnreadableFile("reader.encrypted")
        limit = self._limits.max_part
        if info.file_size > limit:
            raise UnreadableFile("reader.too_large")
        data = self._inflate(info)
        stored = max(info.compress_size, 1)
        if len(data) > _SMALL and len(data) // stored > self._limits.max_ratio:
            raise UnreadableFile("reader.too_large")
        return data

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        """The bytes of a part, never more than declared, with the checks of zipfile's own reading
        (which takes three times as long for parts as small as ours).
        """
        start = info.header_offset + _LOCAL.size
        mark, flags, name_size, extra_size = _LOCAL.unpack_from(self._data, info.header_offset)
        name = self._data[start : start + name_size]
        stated = info.orig_filename.encode("utf-8" if flags & _UTF8_FLAG else "cp437")
        start += name_size + extra_size
        if (
            mark != b"PK\x03\x04"
            or name != stated
            or info.header_offset < 0
            or info.flag_bits & _PATCH_FLAGS
        ):
            raise UnreadableFile("reader.damaged")
        data = self._data[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_DEFLATED:
            # A length of 0 would mean no limit.
            data = zlib.decompressobj(-15).decompress(data, max(info.file_size, 1))
        data = data[: info.file_size]
        if zlib.crc32(data) != info.CRC:
            raise UnreadableFile("reader.damaged")
        return data


@lru_cache(maxsize=256)  # the same dozen names in file after file
def _key(name: str) -> str:
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()
