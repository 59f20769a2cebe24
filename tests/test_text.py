"""The matching key and the file-name part."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.text import match_key, slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("HOÀ BÌNH", "hòa bình"),
        ("Thuỷ Nguyên", "Thủy Nguyên"),
        ("khoẻ", "khỏe"),
        ("Ủy ban", "uỷ ban"),
        ("hoạ", "họa"),
        ("khoẽ", "khõe"),
        ("Quận  Lê\u00a0Chân ", "quận lê chân"),
        ("Lê\u200b Chân\ufeff", "LÊ CHÂN"),
        (unicodedata.normalize("NFD", "Kế hoạch"), "kế hoạch"),
        ("ê\u0301", "ế"),
        ("Kế\n  hoạch", "kế hoạch"),
        ("Hai\u2003Bà\u3000Trưng", "hai bà trưng"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("đa", "da"),
        ("ban", "bản"),
        ("của", "cua"),
        ("Quận 1", "Quận 11"),
        ("lê chân", "lêchân"),
        ("hoá", "hoạ"),
        ("t\u00ad", "t"),  # the soft hyphen is a letter in TCVN3: never dropped
    ],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Quý I", "quý i"),
        ("QUÝ", "quý"),
        ("Qúy I", "quý i"),
        ("hòan", "hoàn"),
        ("hoàn", "hoàn"),
        ("của", "của"),
        ("Đất", "đất"),
        ("", ""),
        ("\u00a0 \u200b", ""),
    ],
)
def test_key(text: str, key: str) -> None:
    assert match_key(text) == key


@given(st.text())
def test_key_of_a_key_is_itself(text: str) -> None:
    key = match_key(text)
    assert match_key(key) == key


@given(st.text(alphabet="aeouyqhkòóảẽụùâêđ \u00a0\u200b", max_size=12))
def test_key_does_not_depend_on_the_unicode_form(text: str) -> None:
    assert match_key(unicodedata.normalize("NFD", text)) == match_key(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Quận Lê Chân", "Quan-Le-Chan"),
        ("Đồ Sơn", "Do-Son"),
        (unicodedata.normalize("NFD", "Huyện Thuỷ Nguyên"), "Huyen-Thuy-Nguyen"),
        ("Bạch Long Vĩ", "Bach-Long-Vi"),
        ("  a/b\\c: d* ", "a-b-c-d"),
        ("../../etc", "etc"),
        ("TP. Hải Phòng (2024)", "TP-Hai-Phong-2024"),
        ("ương ưỡn ằẵặ", "uong-uon-aaa"),
        ("中文", ""),
        ("", ""),
    ],
)
def test_slug(text: str, part: str) -> None:
    assert slug(text) == part


@given(st.text())
def test_slug_is_safe_in_a_file_name(text: str) -> None:
    part = slug(text)
    assert part.isascii()
    assert not set(part) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(part) == part
