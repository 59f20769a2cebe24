"""The description of the programme workbook for readers, drawn from the schema itself.

``python -m toolkit.programme.document`` writes ``toolkit/docs/chuong-trinh.md``; a test holds
the two equal, so that the page never tells of a heading the loader does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.messages import text
from toolkit.programme.schema import PROGRAMME_KEYS, SHEETS, Column

PAGE = Path(__file__).resolve().parents[1] / "docs" / "chuong-trinh.md"

_HEAD = """# Tệp chương trình `chuong-trinh.xlsx`

Mỗi trang tính là một bảng, tiêu đề ở dòng đầu, thứ tự cột tùy ý. Tiêu đề viết bằng tiếng Việt \
hoặc tiếng Anh đều được; không phân biệt hoa thường, khoảng trắng, vị trí dấu. Trong một ô, \
nhiều giá trị cách nhau bằng dấu `;` hoặc xuống dòng. Trang có tên bắt đầu bằng `Hướng dẫn` \
hoặc `_` được bỏ qua.

Khi chương trình có lỗi, mọi lỗi được báo cùng lúc, kèm trang và ô, và không có gì được tạo ra. \
Kiểm tra bằng lệnh `baocao check chuong-trinh.xlsx`.

*Each sheet is one table with its headings in the first row, in any order, in Vietnamese or \
English.*
"""


def page() -> str:
    """The whole page as Markdown."""
    return _HEAD + "".join(_sheets())


def _sheets() -> Iterator[str]:
    for sheet in SHEETS:
        need = "bắt buộc" if sheet.required else "có thể không có"
        yield f"\n## {sheet.vi} (*{sheet.en}*) – {need}\n\n"
        if sheet.key == "programme":
            yield from _table("Mục", PROGRAMME_KEYS, "keys")
        else:
            yield from _table("Cột", sheet.columns, sheet.key)


def _table(first: str, columns: tuple[Column, ...], key: str) -> Iterator[str]:
    yield f"| {first} | *English* | Bắt buộc | Cách ghi |\n|---|---|---|---|\n"
    for column in columns:
        said = text(f"programme.help.{key}.{column.attr}").replace("\n", "<br>").replace("|", "\\|")
        need = "có" if column.required else ""
        yield f"| {column.vi} | *{column.en}* | {need} | {said} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
