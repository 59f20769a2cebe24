"""The page in a real browser, opened as a file: search, sort, drill-down, keyboard, print.

Driven with the Chromium of the system; playwright brings only the driver. No network.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import browser
from consolidate_cases import choice, form, number, programme, words
from page_cases import page
from summary_cases import came

from toolkit.findings import Address, Finding, Severity
from toolkit.programme.model import ChoiceList, FormKind, Item, Role, Unit

# Part of the extra "test"; where only the toolkit is installed these tests have no driver.
if os.environ.get("CI") != "true":
    pytest.importorskip("playwright", reason="playwright is not installed")
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser

NAMES = (
    "Huyện An Lão", "Quận Đồ Sơn", "Quận Hải An", "Quận 10", "Quận 2", "Huyện Ân Thi",
    "Huyện Ăn Hòa", "Quận Dương Kinh", "Thành phố Hải Phòng", "Quận Hồng Bàng", "Phường Hà",
    "Phường Hạ", "Phường Hả",
)  # fmt: skip
# As a Vietnamese dictionary orders them, 2 before 10.
IN_ORDER = (
    "Huyện An Lão", "Huyện Ăn Hòa", "Huyện Ân Thi", "Phường Hà", "Phường Hả", "Phường Hạ",
    "Quận 2", "Quận 10", "Quận Dương Kinh", "Quận Đồ Sơn", "Quận Hải An", "Quận Hồng Bàng",
    "Thành phố Hải Phòng",
)  # fmt: skip
HACK = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>"
ROWS = 130  # of the list: more than are shown at once


def sample_page(folder: Path) -> Path:
    """Thirteen units, two quarters; the last unit and one figure are lacking."""
    units = tuple(Unit(f"U{n}", name, name, "quận", order=n) for n, name in enumerate(NAMES))
    status = replace(choice("c"), role=Role.STATUS)
    forms = (
        form(number("x"), status, words("w"), name="Nhiệm vụ"),
        form(words("ten"), number("so"), kind=FormKind.OPEN, code="L", source="", name="Mô hình"),
        form(words("q"), kind=FormKind.QUESTIONS, code="H", source="", name="Hỏi"),
    )
    items = (Item("I", "1", "Việc một"), Item("J", "2", HACK))
    made = replace(
        programme(*forms, units=units, items=items), choices=(ChoiceList("tt", ("Xong", HACK)),)
    )
    details = []
    for place, unit in enumerate(units[:-1]):
        cells: dict = {
            ("F", "I", "x"): None if place == 3 else (place * 700) % 4100,
            ("F", "I", "c"): "Xong",
            ("F", "J", "x"): place,
            ("F", "J", "w"): HACK,
            ("H", "q", "q"): f"Ý kiến của {unit.name}",
        }
        for row in range(1, ROWS // 12 + 2 if place == 0 else ROWS // 12 + 1):
            cells["L", str(row), "ten"] = f"Mô hình {place}-{row}"
        for period in ("Q1", "Q2"):
            details.append(came(unit.code, period, cells))
    noted = Finding("number.text", Severity.NOTE, Address("U0-Q1.xlsx", "F", "A1"), "0")
    details[0] = replace(details[0], findings=(noted,))
    for detail in details:
        archived = folder / detail.submission.stored
        archived.parent.mkdir(parents=True, exist_ok=True)
        archived.write_bytes(b"original")
    return page(made, "Y", details, folder).path


@dataclass(frozen=True)
class Opened:
    """The page open in a browser, and everything it asked the browser for or complained of."""

    tab: Any
    asked: list[str]
    said: list[str]

    def rows(self, section: str, cell: str = "th.label", level: str = "d0") -> list[str]:
        rows = self.tab.locator(f"{section} tbody tr.{level} {cell}")
        return [words_.strip() for words_ in rows.all_inner_texts()]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_page(tmp_path_factory.mktemp("thư mục #1"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        yield started
        started.close()


def opened(chromium: Any, file: Path, **how: Any) -> Opened:
    tab = chromium.new_page(**how)
    tab.set_default_timeout(5000)
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(file.as_uri())
    return Opened(tab, asked, said)


@pytest.fixture(scope="module")
def tab(chromium: Any, file: Path) -> Iterator[Opened]:
    made = opened(chromium, file, viewport={"width": 1366, "height": 768})
    yield made
    made.tab.close()


@pytest.fixture
def at(tab: Opened, file: Path) -> Iterator[Opened]:
    """The page as it opens; afterwards it has asked for nothing and run nothing else."""
    tab.tab.emulate_media(media="screen")
    tab.asked.clear()
    tab.tab.reload()
    yield tab
    assert tab.said == []
    assert tab.asked == [file.as_uri()]
    assert tab.tab.evaluate("window.hacked") is None


def test_search_needs_no_marks(at: Opened) -> None:
    count = at.tab.locator("#tinh-hinh .count")
    for typed in ("hai phong", "HẢI  PHÒNG"):
        at.tab.fill("#q-matrix", typed)
        expect(count).to_have_text("Hiện 1/13 dòng")
        assert at.rows("#tinh-hinh") == ["Thành phố Hải Phòng"]
        at.tab.click("#tinh-hinh .clear")
        expect(count).to_have_text("Hiện 13/13 dòng")
    at.tab.fill("#q-matrix", "duong kinh")
    expect(count).to_have_text("Hiện 1/13 dòng")
    assert at.rows("#tinh-hinh") == ["Quận Dương Kinh"]


def test_a_search_finds_units_below_the_totals(at: Opened) -> None:
    at.tab.fill("#q-form-1", "do son")
    expect(at.tab.locator("#bieu-1 tr.d1")).to_have_count(2)
    assert at.rows("#bieu-1", level="d1") == ["Quận Đồ Sơn"] * 2
    at.tab.fill("#q-form-1", "không có ở đâu")
    expect(at.tab.locator("#bieu-1 td.empty")).to_be_visible()


def test_text_sorts_as_in_a_vietnamese_dictionary(at: Opened) -> None:
    head = at.tab.locator("#tinh-hinh th[data-c='0']")
    assert head.get_attribute("aria-sort") == "none"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert at.rows("#tinh-hinh") == list(IN_ORDER)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert at.rows("#tinh-hinh") == list(IN_ORDER[::-1])
    head.get_by_role("button").click()
    assert at.rows("#tinh-hinh") == list(NAMES)


def test_numbers_sort_as_numbers_and_nothing_stands_last(at: Opened) -> None:
    at.tab.locator("#bieu-1 .unfold").first.click()
    head = at.tab.locator("#bieu-1 th[data-c='2'] button")
    figures = "td:nth-child(3)"
    for direction in (1, -1):
        head.click()
        shown = at.rows("#bieu-1", figures, "d1")
        assert shown[-2:] == ["để trống", "chưa gửi"]
        values = [int(one.replace(".", "")) for one in shown[:-2]]
        assert values == sorted(values, reverse=direction < 0)
        assert max(values) > 1000


def test_from_a_total_down_to_the_cell(at: Opened, file: Path) -> None:
    section = at.tab.locator("#bieu-1")
    for name in ("Việc một", "Huyện An Lão", "Quý 1/2024"):
        section.get_by_role("button", name=f"Chi tiết: {name}", exact=True).click()
    behind = section.locator("tr.src")
    assert "U0-Q1.xlsx" in behind.locator(".source").inner_text()
    first = behind.locator(".origins tbody tr").first.locator("th, td").all_inner_texts()
    assert first[0] == "x"
    assert first[3:5] == ["F", "A1"]
    assert first[5].startswith("Lưu ý: ")
    way = behind.get_by_role("link").get_attribute("href")
    assert way.startswith("./../../luu-tru/")
    assert (file.parent / unquote(way)).resolve().read_bytes() == b"original"
    section.get_by_role("button", name="Chi tiết: Việc một", exact=True).click()
    assert section.locator("tr.d1").count() == 0


def test_a_filter_by_state(at: Opened) -> None:
    at.tab.select_option("#f-matrix-0", label="Chưa gửi")
    assert len(at.rows("#tinh-hinh")) == 13  # nobody has sent Q3
    at.tab.fill("#q-matrix", "phuong h")
    expect(at.tab.locator("#tinh-hinh .count")).to_have_text("Hiện 3/13 dòng")
    assert at.rows("#tinh-hinh") == ["Phường Hà", "Phường Hạ", "Phường Hả"]
    at.tab.select_option("#f-matrix-0", label="Đúng hạn")
    assert at.rows("#tinh-hinh") == ["Phường Hà", "Phường Hạ"]  # the last has sent nothing
    at.tab.select_option("#f-rows-2-0", label="Quận 2")
    assert set(at.rows("#bieu-2 [data-table='rows-2']")) == {"Quận 2"}


def test_long_lists_come_in_parts(at: Opened) -> None:
    rows = at.tab.locator("[data-table='rows-2'] tbody tr.d0")
    whole = at.tab.inner_text("[data-table='rows-2'] .count").split("/")[1].split()[0]
    assert rows.count() == 100
    at.tab.locator("[data-table='rows-2'] .more").click()
    assert rows.count() == int(whole) > 200


def test_the_keyboard_is_enough(at: Opened) -> None:
    keys = at.tab.keyboard
    focused = "document.activeElement"
    keys.press("Tab")
    assert at.tab.evaluate(f"{focused}.className") == "skip"
    keys.press("Enter")
    assert at.tab.evaluate(f"{focused}.id") == "chinh"
    at.tab.locator("#bieu-1 .unfold").first.focus()
    for expanded in ("true", "false", "true"):
        keys.press("Enter")
        assert at.tab.evaluate(f"{focused}.getAttribute('aria-expanded')") == expanded
    keys.press("Tab")
    assert at.tab.evaluate(f"{focused}.getAttribute('aria-label')") == "Chi tiết: Huyện An Lão"
    assert at.tab.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"
    at.tab.locator("#bieu-1 th[data-c='2'] button").focus()
    keys.press("Space")
    assert at.tab.get_attribute("#bieu-1 th[data-c='2']", "aria-sort") == "ascending"


def test_print_holds_every_row_of_a_list(at: Opened) -> None:
    rows = "document.querySelectorAll(\"[data-table='rows-2'] tbody tr.d0\").length"
    at.tab.evaluate(f"window.addEventListener('beforeprint', () => {{ window.printed = {rows}; }})")
    made = at.tab.pdf(prefer_css_page_size=True)
    assert made.startswith(b"%PDF")
    assert at.tab.evaluate("window.printed") > 200
    assert at.tab.evaluate(rows) == 100
    at.tab.emulate_media(media="print")
    for hidden in ("nav", ".tools", ".unfold"):
        assert not at.tab.locator(hidden).first.is_visible()
    heads = "getComputedStyle(document.querySelector('#bieu-1 thead')).display"
    assert at.tab.evaluate(heads) == "table-header-group"


def test_without_javascript_the_totals_are_there(chromium: Any, file: Path) -> None:
    at = opened(chromium, file, java_script_enabled=False)
    assert at.tab.locator(".noscript").is_visible()
    assert at.tab.locator(".cards .big").first.inner_text().startswith("24")
    assert at.tab.locator("#bieu-1 tbody tr").count() == 2
    at.tab.close()


def test_on_a_phone_nothing_is_cut(chromium: Any, file: Path) -> None:
    at = opened(chromium, file, viewport={"width": 390, "height": 844})
    assert at.tab.evaluate("document.documentElement.scrollWidth") == 390
    at.tab.locator("#bieu-1 .unfold").first.click()
    assert at.tab.evaluate("document.documentElement.scrollWidth") == 390
    assert at.said == []
    at.tab.close()


def test_a_page_of_many_units_stays_quick(chromium: Any, tmp_path: Path) -> None:
    units = tuple(Unit(f"U{n}", f"Xã {n}", f"Xã {n}", "xã", order=n) for n in range(700))
    made = programme(form(number("x"), number("y")), units=units)
    cells = {("F", "I", "x"): 1, ("F", "I", "y"): 2}
    details = [came(unit.code, "Q1", cells) for unit in units]
    at = opened(chromium, page(made, "Q1", details, tmp_path).path)
    at.tab.wait_for_selector("#bieu-1 tr.d1")
    assert at.tab.locator("#bieu-1 tr.d1").count() == 100
    at.tab.fill("#q-form-1", "xa 699")
    expect(at.tab.locator("#bieu-1 tr.d1")).to_have_count(1)
    at.tab.close()
