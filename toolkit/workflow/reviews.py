"""The reviewed scores of a period, as the head office typed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.findings import Finding
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme
    from toolkit.programme.reviews import Review


def reviews_for(
    folder: Folder, programme: Programme, period: Period
) -> tuple[tuple[Review, ...], tuple[Finding, ...]]:
    """What stands in ``cham-diem/PERIOD.xlsx``, and what is wrong with it.

    Nothing where the programme has no criteria or the file is not there.
    """
    if not programme.criteria:
        return (), ()
    from toolkit.programme.reviews import read_reviews

    reviews, findings = read_reviews(folder.review(period.code), programme)
    return reviews, tuple(findings)
