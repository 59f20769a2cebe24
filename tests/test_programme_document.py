"""The page on the programme workbook tells what the loader knows."""

from toolkit.programme.document import PAGE, page


def test_the_page_is_drawn_from_the_schema() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m toolkit.programme.document"
