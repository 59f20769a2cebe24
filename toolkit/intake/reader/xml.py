"""XML from strangers: no document type, no entities, no network, bounded."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from lxml import etree

from toolkit.errors import UnreadableFile

P = ParamSpec("P")
T = TypeVar("T")

_KEPT = 1 << 17  # the longest part that is kept in mind


def remembered(read: Callable[Concatenate[bytes, P], T]) -> Callable[Concatenate[bytes, P], T]:
    """``read`` with its last answers kept: returns of one template share many small parts.

    The answer must not be changed by who gets it.
    """
    kept = lru_cache(maxsize=64)(read)

    def reading(data: bytes, *args: P.args, **kwargs: P.kwargs) -> T:
        known = cast("Callable[Concatenate[bytes, P], T]", kept) if len(data) <= _KEPT else read
        return known(data, *args, **kwargs)

    return cast("Callable[Concatenate[bytes, P], T]", wraps(read)(reading))


def plain(data: bytes) -> bytes:
    """The document as it is to be parsed, UTF-16 turned into UTF-8.

    Raises UnreadableFile("reader.unsafe_xml") for a document type declaration: no
    spreadsheet program writes one, and entities hide in it.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] in (b"<\0?\0", b"\0<\0?"):
        text = data.decode("utf-16" if data[:1] > b"<" else _endless(data)).lstrip("\ufeff")
        if text.startswith("<?xml"):
            text = text[text.index("?>") + 2 :]
        data = text.encode("utf-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableFile("reader.unsafe_xml")
    return data


def _endless(data: bytes) -> str:
    """The UTF-16 kind of a document without byte order mark."""
    return "utf-16-le" if data[:1] == b"<" else "utf-16-be"


def parse(data: bytes, *, limit: int, recover: bool = False) -> etree._Element:
    """The root element.

    Raises UnreadableFile for a document type and for more than ``limit`` bytes, and
    etree.XMLSyntaxError where it is not well-formed.
    """
    if len(data) > limit:
        raise UnreadableFile("reader.too_large")
    root = etree.fromstring(plain(data), _parser(recover))
    if root is None:  # recovery found nothing at all
        raise UnreadableFile("reader.damaged")
    _refuse_doctype(root)
    return root


@cache
def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def events(
    data: bytes, kinds: tuple[str, ...], tags: tuple[str, ...]
) -> Iterator[tuple[str, etree._Element]]:
    """Parse events of the elements named (``{*}local`` or ``{uri}local``), as they come.

    The caller clears what it has used up. Raises as :func:`parse` does.
    """
    context = etree.iterparse(
        io.BytesIO(plain(data)),
        events=kinds,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # a long line alone is no harm: the part was bounded before
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    for event, element in context:
        if first:
            _refuse_doctype(element)
            first = False
        yield str(event), element


def _refuse_doctype(element: etree._Element) -> None:
    # A second look, behind whatever encoding the document declared for itself.
    if element.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise UnreadableFile("reader.unsafe_xml")


def drop(element: etree._Element) -> None:
    """Free an element and its elder siblings, so that memory does not grow with the part."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; Strict and Transitional are alike."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that local name."""
    return next((each for each in element if local(each) == name), None)


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its local name, whatever its namespace; "" where there is none."""
    value = element.get(name)
    if value is not None:
        return value
    return next(
        (str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), ""
    )


def truth(value: str | None) -> bool:
    """An xsd:boolean attribute."""
    return value in ("1", "true", "on")


_DECLARED = re.compile(rb"<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)[\"']")


def is_utf8(data: bytes) -> bool:
    """Whether the document says, or leaves it to be understood, that it is UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        return False
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    return declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
