"""The official form of documents as data: sizes, margins and signs of each profile.

A newer rule (the Party's of 2026) is a further entry here, not a change of the code. Sizes
are points, margins millimetres. Where a rule gives a range, one value in it is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.programme.model import Profile

FONT = "Times New Roman"
PAGE = (210, 297)


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """One profile in one version of its rule; ``source`` names the rule."""

    profile: Profile
    source: str
    head: float  # the nation or the party
    motto: float
    superior: float
    issuer: float
    number: float
    place: float
    title: float
    subject: float
    body: float
    cell: float
    signature: float
    recipients_head: float
    recipients: float
    annex: float
    page_number: float
    top: int
    bottom: int
    left: int
    right: int
    head_share: int  # millimetres of the left half of the head

    @property
    def width(self) -> int:
        """Millimetres of a line of an upright page."""
        return PAGE[0] - self.left - self.right

    @property
    def annex_width(self) -> int:
        """Millimetres of a line of a page on its side: its left is what was the top."""
        return PAGE[1] - self.top - self.bottom


FORMS: Mapping[Profile, OfficialForm] = {
    Profile.PARTY: OfficialForm(
        profile=Profile.PARTY,
        source="36-HD/VPTW",
        head=15,
        motto=14,
        superior=14,
        issuer=14,
        number=14,
        place=14,
        title=16,
        subject=14,
        body=14,
        cell=12,
        signature=14,
        recipients_head=14,
        recipients=12,
        annex=14,
        page_number=14,
        top=20,
        bottom=20,
        left=30,
        right=15,
        head_share=80,
    ),
    Profile.STATE: OfficialForm(
        profile=Profile.STATE,
        source="30/2020/NĐ-CP",
        head=12.5,
        motto=14,
        superior=13,
        issuer=13,
        number=13,
        place=13,
        title=14,
        subject=14,
        body=14,
        cell=12,
        signature=14,
        recipients_head=12,
        recipients=11,
        annex=14,
        page_number=13,
        top=20,
        bottom=20,
        left=30,
        right=15,
        head_share=64,
    ),
}
