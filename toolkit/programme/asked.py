"""Which forms units of a type are asked for in a period: the same for thousands of units."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from toolkit.kept import by_identity

if TYPE_CHECKING:
    from toolkit.programme.model import Form


@by_identity
def forms_asked(forms: tuple[Form, ...]) -> Callable[[str, str], tuple[Form, ...]]:
    """Gives the forms asked of units of a type (its name) in a period (its code)."""

    @cache
    def asked(unit_type: str, period: str) -> tuple[Form, ...]:
        return tuple(
            form
            for form in forms
            if period in form.periods and (not form.unit_types or unit_type in form.unit_types)
        )

    return asked
