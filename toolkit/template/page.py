"""What is needed to write one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.messages import text
from toolkit.template.check_column import CheckPage
from toolkit.template.content import NO_CONTENT, FormContent
from toolkit.template.layout import SheetLayout, WorkbookLayout
from toolkit.template.sheet import TemplateSheet
from toolkit.template.sizes import Sizes
from toolkit.template.styles import Styles


@dataclass(frozen=True, slots=True)
class Page:
    """All that is needed to write one form."""

    workbook: WorkbookLayout
    layout: SheetLayout
    sheet: TemplateSheet
    styles: Styles
    sizes: Sizes
    choices: Mapping[str, list[str] | str]  # by list code: the values, or the range of them
    lang: str
    checks: CheckPage
    content: FormContent = NO_CONTENT

    def say(self, key: str, **params: object) -> str:
        """A text of the template's catalogue."""
        return text(f"template.{key}", self.lang, **params)
