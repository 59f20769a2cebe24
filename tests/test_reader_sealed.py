"""Files that Excel opens without asking: sealed with the password that it gives itself."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from hashlib import md5
from random import Random

import pytest
from reader_kit import biff, by_address, cell8, compound, package, row1, workbook_stream, worksheet

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import read_bytes
from toolkit.intake.reader.biff import records

EXCELS_OWN = "VelvetSweatshop"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
GOOD = package(
    worksheet(row1('<c r="A1"><v>1250.5</v></c>')),
    extra={
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
        "xl/media/a.png": Random(1).randbytes(6000),  # no real workbook is smaller
    },
)


def sealed_xlsx(password: str) -> bytes:
    """The good workbook, encrypted as Excel encrypts today."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from msoffcrypto.format.ooxml import OOXMLFile
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(GOOD)).encrypt(password, sealed)
    return sealed.getvalue()


def rc4(key: bytes) -> Iterator[int]:
    """The bytes to add to a text under a key."""
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        yield box[(box[i] + box[j]) % 256]


def sealed_xls(password: str) -> bytes:
    """An .xls under RC4 (MS-XLS 2.2.10, MS-OFFCRYPTO 2.3.6), whole in its first 1,024 bytes."""
    salt = b"0123456789abcdef"
    short = md5(password.encode("utf-16-le"), usedforsecurity=False).digest()[:5]
    middle = md5((short + salt) * 16, usedforsecurity=False).digest()[:5]
    key = md5(middle + struct.pack("<I", 0), usedforsecurity=False).digest()
    check = b"fedcba9876543210"
    added = rc4(key)
    proof = bytes(a ^ b for a, b in zip(
        check + md5(check, usedforsecurity=False).digest(), added, strict=False))  # fmt: skip
    password_record = biff(0x2F, struct.pack("<HHH", 1, 1, 1) + salt + proof)
    cells = cell8(0x203, 0, 0, struct.pack("<d", 1250.5))
    plain = workbook_stream(cells, before=password_record)
    stream = bytearray(plain)
    added = rc4(key)
    pads = bytes(next(added) for _ in range(len(plain)))
    for kind, start, size in records(plain, 0):
        first = start + 4 if kind == 0x85 else start  # the place of a sheet stays plain
        if kind not in (0x809, 0x2F):
            for at in range(first, start + size):
                stream[at] ^= pads[at]
    stream += biff(0, b"\0" * (-len(stream) % 4))  # zeros follow: records of nothing
    return compound({"Workbook": bytes(stream)})


@pytest.mark.parametrize("sealed", [sealed_xlsx, sealed_xls])
def test_what_excel_sealed_itself_is_read(sealed: Callable[[str], bytes]) -> None:
    data = sealed(EXCELS_OWN)
    book = read_bytes(data, "a.xls")
    assert by_address(book)["A1"].value == Decimal("1250.5")
    assert book.notes == ()


@pytest.mark.parametrize("sealed", [sealed_xlsx, sealed_xls])
def test_a_password_of_the_sender_is_asked_to_go(sealed: Callable[[str], bytes]) -> None:
    with pytest.raises(UnreadableFile, match=r"reader\.encrypted"):
        read_bytes(sealed("bí mật"), "a.xlsx")


def test_a_damaged_seal() -> None:
    data = bytearray(sealed_xlsx(EXCELS_OWN))
    for at in range(0x600, len(data) - 0x600, 97):
        data[at] ^= 0x55
    with pytest.raises(UnreadableFile):
        read_bytes(bytes(data), "a.xlsx")
