"""TCVN3 and VNI: what was typed in the old fonts is read, proper text is never touched."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.intake.legacy import TCVN3, VNI, decode, encoding_of_font, is_capitals_font, table
from toolkit.intake.syllables import TONES, is_syllable, toneless_syllables

DATA = Path(__file__).parent / "data"
FONTS = {TCVN3: ".VnTime", VNI: "VNI-Times"}
PROPER = "Ban Dân vận Thành ủy Hải Phòng"
IN_LEGACY = {
    TCVN3: "Ban D©n vËn Thµnh ñy H¶i Phßng",
    VNI: "Ban Daân vaän Thaønh uûy Haûi Phoøng",
}


def entries(name: str) -> list[str]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def encode(text: str, encoding: str) -> str | None:
    """``text`` as typed in a legacy font, or None where the font has no such letter."""
    places: dict[str, str] = {}
    for legacy, letter in table(encoding).items():
        # of two ways to type a capital (AÙ, Aù) the one with the capital mark
        if letter not in places or legacy.isupper():
            places[letter] = legacy
    typed = [places.get(char, char if char.isascii() else None) for char in text]
    return None if None in typed else "".join(map(str, typed))


SYLLABLES = st.sampled_from(sorted(toneless_syllables()))


def toned(syllable: str, tone: str) -> str:
    """The syllable with its tone on the main vowel, as a school book puts it."""
    letters = unicodedata.normalize("NFC", syllable)
    vowels = [i for i, char in enumerate(letters) if char in "aăâeêioôơuưy"]
    if letters[:2] in ("qu", "gi") and len(vowels) > 1:
        vowels = vowels[1:]
    marked = [i for i in vowels if letters[i] in "ăâêôơư"]
    closed = vowels[-1] < len(letters) - 1
    at = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def all_syllables() -> list[str]:
    spelt = {toned(s, tone) for s in toneless_syllables() for tone in TONES}
    return sorted(word for word in spelt if is_syllable(word))


@pytest.mark.parametrize("encoding", [TCVN3, VNI])
@pytest.mark.parametrize("with_font", [True, False])
def test_the_fact_sheet_example(encoding, with_font):
    decoded = decode(IN_LEGACY[encoding], FONTS[encoding] if with_font else "")
    assert decoded is not None
    assert (decoded.text, decoded.encoding, decoded.by_font) == (PROPER, encoding, with_font)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Kinh tÕ", "Kinh tế"),
        ("kh«ng cã", "không có"),
        ("§· hoµn thµnh", "Đã hoàn thành"),
        ("Ch­a triÓn khai", "Chưa triển khai"),  # ư is the soft hyphen
        ("UBND x· An L·o", "UBND xã An Lão"),
        ("QuËn Lª Ch©n (305)", "Quận Lê Chân (305)"),
        ("Quaän Leâ Chaân", "Quận Lê Chân"),
        ("Chöa trieån khai", "Chưa triển khai"),
        ("QUAÄN LEÂ CHAÂN", "QUẬN LÊ CHÂN"),
        ("Aùo daøi", "Áo dài"),
    ],
)
def test_without_a_font_the_syllables_decide(typed, text):
    decoded = decode(typed)
    assert decoded is not None
    assert decoded.text == text
    assert not decoded.by_font


@pytest.mark.parametrize(
    "typed",
    ["", "12", "5 µm", "½ kg", "3 × 4", "© 2024", "where", "où", "né", "là où", "ñi", "PÔ KÔ"],
)
def test_what_proves_nothing_is_left_alone(typed):
    assert decode(typed) is None


def test_no_proper_vietnamese_is_ever_decoded():
    words = entries("words_vi.txt")
    assert len(words) > 10_000
    variants = {v for word in words for v in (word, word.upper(), word.lower())}
    variants |= {unicodedata.normalize("NFD", word) for word in words}
    assert [word for word in variants if decode(word) or decode(word, "Times New Roman")] == []


def test_no_syllable_of_the_language_is_ever_decoded():
    syllables = all_syllables()
    assert len(syllables) > 10_000
    variants = [v for word in syllables for v in (word, word.title(), word.upper())]
    assert [word for word in variants if decode(word)] == []


def test_no_english_text_is_ever_decoded():
    words = entries("words_en.txt")
    assert len(words) > 5_000
    variants = {v for word in words for v in (word, word.upper(), word.lower())}
    pairs = {f"{first} {second}" for first, second in zip(words, words[7:], strict=False)}
    assert [text for text in variants | pairs if decode(text)] == []


NUMBERS = st.from_regex(
    r"[-(]?[0-9]{1,3}([., \u00a0][0-9]{3}){0,3}([.,][0-9]{1,3})?[)%]?( ?m²)?", fullmatch=True
)
CODES = st.from_regex(r"[A-ZĐ]{1,6}[-/.][0-9]{1,5}([-/][A-ZĐ]{1,6})?", fullmatch=True)
ADDRESSES = st.from_regex(r"[a-z.]{3,12}@[a-z]{2,9}\.(gov\.)?vn", fullmatch=True)


@given(st.one_of(NUMBERS, CODES, ADDRESSES))
def test_no_number_code_or_address_is_decoded(text):
    assert decode(text) is None
    assert decode(text, ".VnTime") is None or "²" in text


@pytest.mark.parametrize("encoding", [TCVN3, VNI])
def test_every_word_comes_back_by_font(encoding):
    """Each entry typed in the old font; a name no syllable of which is Vietnamese may stay."""
    wrong, kept = [], []
    for word in entries("words_vi.txt"):
        typed = encode(word, encoding)
        if typed is None or typed == word:
            continue
        decoded = decode(typed, FONTS[encoding])
        if decoded is None:
            kept.append(word)
        elif decoded.text != word:
            wrong.append(word)
    assert wrong == []
    assert len(kept) <= 5, kept


@pytest.mark.parametrize("encoding", [TCVN3, VNI])
def test_phrases_come_back_without_a_font(encoding):
    """Of the seed plans' phrases of four words and more nearly all, and none wrongly."""
    came, wrong, stayed = 0, [], []
    for phrase in entries("words_vi.txt"):
        typed = encode(phrase, encoding)
        if typed is None or typed == phrase or len(phrase.split()) < 4:
            continue
        decoded = decode(typed)
        if decoded is None:
            stayed.append(phrase)
        elif decoded.text == phrase:
            came += 1
        else:
            wrong.append((phrase, decoded.text))
    assert wrong == []
    assert came > 350
    assert len(stayed) < came / 20, stayed


@given(
    st.lists(st.sampled_from(all_syllables()), min_size=1, max_size=12),
    st.sampled_from((TCVN3, VNI)),
)
def test_any_syllables_survive_the_round_trip(words, encoding):
    text = " ".join(words)
    typed = encode(text, encoding)
    if typed is None or typed == text:
        return
    by_font = decode(typed, FONTS[encoding])
    assert by_font is not None
    assert by_font.text == text
    by_syllables = decode(typed)
    if by_syllables is not None and by_syllables.encoding == encoding:
        assert by_syllables.text == text


@pytest.mark.parametrize(
    ("font", "encoding", "capitals"),
    [
        (".VnTime", TCVN3, False),
        (".VnTimeH", TCVN3, True),
        (".VnArialH", TCVN3, True),
        ("VNI-Times", VNI, False),
        ("VNI-Helve", VNI, False),
        ("Times New Roman", None, False),
        ("", None, False),
    ],
)
def test_fonts(font, encoding, capitals):
    assert encoding_of_font(font) == encoding
    assert is_capitals_font(font) is capitals


def test_a_capitals_font_shows_capitals():
    decoded = decode("ban d©n vËn", ".VnTimeH")
    assert decoded is not None
    assert decoded.text == "BAN DÂN VẬN"


@pytest.mark.parametrize("font", [".VnTime", "VNI-Times"])
@pytest.mark.parametrize("text", [PROPER, "Quận Lê Chân", "Hoàn thành tốt", "Report 2024"])
def test_unicode_typed_under_an_old_font_stays(text, font):
    assert decode(text, font) is None


@pytest.mark.parametrize(
    "word",
    ["nghiêng", "khuya", "quyết", "giết", "gì", "hoà", "hòa", "Thuỷ", "Thủy", "xoong", "yêu", "ô"],
)
def test_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["cê", "kà", "ngi", "thùc", "đy", "bộọ", "phòngg", "the2", "cafộ", "Krụng"]
)
def test_what_is_no_syllable(word):
    assert not is_syllable(word)
