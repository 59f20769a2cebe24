"""A zip file opened with its guards: nothing is inflated beyond the limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
from types import TracebackType

from toolkit.errors import UnreadableFile
from toolkit.intake.reader.limits import Limits

_SMALL = 4 * 1024 * 1024  # below this the ratio of a part tells nothing
_ENCRYPTED_FLAG = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that Excel and LibreOffice write


class Archive:
    """The parts of a workbook that is a zip file, by name (upper or lower case alike).

    Raises UnreadableFile: ``reader.damaged`` for a broken zip, ``reader.too_large`` for one
    beyond the limits, ``reader.encrypted`` for a zip with a password.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
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
        with self._zip.open(info) as part:
            # zipfile inflates no more than is asked for and checks the CRC at the end.
            data = part.read(limit + 1)
        stored = max(info.compress_size, 1)
        if len(data) > limit or (
            len(data) > _SMALL and len(data) // stored > self._limits.max_ratio
        ):
            raise UnreadableFile("reader.too_large")
        return data


def _key(name: str) -> str:
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()
