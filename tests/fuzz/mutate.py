"""Returns damaged on purpose: in a cell, in a part, in the zip, in the records of an .xls.

Every file is told by a seed and a number: the same again on any machine.
"""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

# What senders, web pages and attackers put into a cell.
VALUES = (
    *("", " ", "0", "-0", "1", "7", "1.234", "1,5", "12,5%", "1e3", "1E+400", "-1e-400", "NaN"),
    *("inf", "0x10", "１２", "٣", "1 234", "05 mô hình", "không", "-", "x", "#REF!", "TRUE"),
    *("=1+1", "@SUM(A1)", "+1", "\t=1", "<b>", "&amp;", "]]>", "{0}", "%s", "\u202e7", "Đ\u0301"),
    *("Ban D©n vËn", "32/13/2024", "29/02/2023", "9" * 400, "1" * 40_000, "Đã hoàn thành"),
    *("_x0000_", "_xD800_", "\U0001f600", "Quý II/2024", "Q. Lê Chân", "2024-13-45T99:99"),
)
_VALUE = re.compile(
    rb'(<c r="([A-Z]+\d+)"[^>]*?)(?:\st="\w+")?([^>]*?)>(?:<f[^>]*/>)?<v>([^<]*)</v></c>'
)
_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb'[\w:]+="[^"]*"')
_NUMBER = re.compile(rb'(?<=")\d+(?=")')
_HUGE = (b"0", b"-1", b"4294967295", b"99999999999999999999", b"1048577", b"16385", b"2147483647")
_EVIL_NAMES = (
    "../../a.xml",
    "/etc/passwd",
    "C:/x",
    "xl/worksheets/sheet1.xml",
    "con",
    "a" * 300,
    "\u202ex",
)
_DOCTYPE = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged file. ``cell`` is the one cell that was changed (sheet part, address), if just
    that was; ``sealed`` tells that the damage is where a checksum shows it.
    """

    data: bytes
    what: str
    cell: str = ""
    sealed: bool = False


def damaged(data: bytes, chance: random.Random) -> Damaged:
    """The file with damage of a kind that it can have."""
    kinds: list[Callable[[bytes, random.Random], Damaged]] = [transport, transport]
    if data.startswith(b"PK"):
        kinds += [cell, cell, cell, part, part, markup, markup, container, container]
    else:
        kinds += [records, records, records, sectors]
    return chance.choice(kinds)(data, chance)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    """One to a few faults of transport or storage."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        if not made:
            break
        at = chance.randrange(len(made))
        match chance.randrange(7):
            case 0:
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                made[at] = chance.randrange(256)
            case 2:
                del made[at:]
            case 3:
                del made[at : at + chance.randrange(1, 64)]
            case 4:
                made[at:at] = made[at : at + chance.randrange(1, 64)]
            case 5:
                made[at : at + 512] = b"\0" * len(made[at : at + 512])
            case _:
                made[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f"))
    return bytes(made)


def transport(data: bytes, chance: random.Random) -> Damaged:
    """Bytes lost or changed on the way; a zip has checksums."""
    return Damaged(_bytes(data, chance), "transport", sealed=data.startswith(b"PK"))


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compresslevel=1) as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def _chosen(parts: dict[str, bytes], chance: random.Random) -> str:
    return chance.choice(sorted(name for name in parts if not name.endswith("/")))


def cell(data: bytes, chance: random.Random) -> Damaged:
    """One cell typed over, everything else as it was."""
    parts = parts_of(data)
    sheets = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))
    if not sheets:
        return part(data, chance)
    name = chance.choice(sheets)
    found = list(_VALUE.finditer(parts[name]))
    if not found:
        return part(data, chance)
    at = chance.choice(found)
    value = escape(chance.choice(VALUES)).encode("utf-8")
    head = re.sub(rb'\st="\w+"', b"", at[1] + at[3])
    typed = chance.choice(
        (
            head + b' t="inlineStr"><is><t xml:space="preserve">' + value + b"</t></is></c>",
            head + b' t="str"><v>' + value + b"</v></c>",
            head + b"><v>" + value + b"</v></c>",
            head + b' t="e"><v>' + value + b"</v></c>",
            head + b"/>",
        )
    )
    parts[name] = parts[name][: at.start()] + typed + parts[name][at.end() :]
    return Damaged(packed(list(parts.items())), "cell", at[2].decode())


def part(data: bytes, chance: random.Random) -> Damaged:
    """The bytes of one part damaged in a zip that is whole."""
    parts = parts_of(data)
    name = _chosen(parts, chance)
    parts[name] = _bytes(parts[name], chance)
    return Damaged(packed(list(parts.items())), "part")


def markup(data: bytes, chance: random.Random) -> Damaged:
    """XML that is well-formed or nearly so and says something else."""
    parts = parts_of(data)
    name = _chosen(parts, chance)
    xml = parts[name]
    tags, numbers = list(_TAG.finditer(xml)), list(_NUMBER.finditer(xml))
    what = chance.randrange(7)
    if what == 0 and tags:  # a piece taken out, doubled many times or put elsewhere
        one, other = chance.choice(tags), chance.choice(tags)
        start, end = sorted((one.start(), other.start()))
        piece = xml[start:end][:20_000]
        xml = (
            chance.choice((xml[:start], xml[:start] + piece * chance.choice((2, 2, 50))))
            + xml[end:]
        )
    elif what == 1 and numbers:
        for at in sorted(chance.sample(numbers, min(3, len(numbers))), key=lambda m: -m.start()):
            xml = xml[: at.start()] + chance.choice(_HUGE) + xml[at.end() :]
    elif what == 2 and tags:
        at = chance.choice(tags)
        tag = _ATTRIBUTE.sub(b"", at[0], count=1)
        xml = xml[: at.start()] + tag + xml[at.end() :]
    elif what == 3 and tags:
        at = chance.choice(tags)
        xml = xml[: at.start()] + at[0] * chance.choice((2, 300)) + xml[at.end() :]
    elif what == 4:
        end = xml.find(b"?>") + 2 if xml.startswith(b"<?xml") else 0
        xml = xml[:end] + chance.choice(_DOCTYPE) + xml[end:]
    elif what == 5:
        xml = xml.decode("utf-8", "replace").encode(
            chance.choice(("utf-16", "utf-7", "cp1252")), "replace"
        )
    else:
        xml = chance.choice((b"", b"\0" * 100, b"<", b"<a/>", parts[_chosen(parts, chance)]))
    parts[name] = xml
    return Damaged(packed(list(parts.items())), "markup")


def container(data: bytes, chance: random.Random) -> Damaged:
    """The zip itself: parts lost, doubled, renamed, added, stored in another way."""
    parts = list(parts_of(data).items())
    at = chance.randrange(len(parts))
    name, content = parts[at]
    method = zipfile.ZIP_DEFLATED
    match chance.randrange(6):
        case 0:
            del parts[at]
        case 1:
            parts.append((name, chance.choice((content, b"", b"<x/>"))))
        case 2:
            parts[at] = (chance.choice((name.upper(), "x/" + name, *_EVIL_NAMES)), content)
        case 3:
            parts += [(each, content) for each in chance.sample(_EVIL_NAMES, 2)]
        case 4:
            method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
        case _:
            chance.shuffle(parts)
    made = bytearray(packed(parts, method))
    if chance.random() < 0.3:  # sizes and flags in the table of contents
        at = made.find(b"PK\x01\x02", chance.randrange(len(made)))
        if at >= 0:
            where = at + chance.choice((6, 8, 10, 16, 20, 24, 28, 30, 32, 42))
            struct.pack_into("<H", made, where, chance.choice((0, 1, 8, 0x801, 0x7FFF, 0xFFFF)))
    return Damaged(bytes(made), "container")


def records(data: bytes, chance: random.Random) -> Damaged:
    """Records of an .xls: numbers, lengths and contents, which no checksum guards."""
    made = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = 512 + chance.randrange(max(1, len(made) - 520))
        match chance.randrange(3):
            case 0:
                made[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                struct.pack_into("<H", made, at, chance.choice((0, 1, 0xFFFF, 0x2020, 0x7FFF)))
            case _:
                found = made.find(
                    chance.choice((b"\xfd\x00", b"\x03\x02", b"\x06\x00", b"\xfc\x00")), at
                )
                if 0 <= found < len(made) - 4:
                    struct.pack_into(
                        "<H", made, found + 2, chance.choice((0, 2, 5, 10, 0xFFFF, 8224))
                    )
    return Damaged(bytes(made), "records")


def sectors(data: bytes, chance: random.Random) -> Damaged:
    """The shell of an .xls: its head, tables of sectors, folder."""
    made = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        at = chance.choice((chance.randrange(24, 512), chance.randrange(len(made) - 4)))
        struct.pack_into("<I", made, at, chance.choice((0, 1, 0xFFFFFFFE, 0xFFFFFFFF, 0x7FFFFFFF)))
    return Damaged(bytes(made), "sectors")
