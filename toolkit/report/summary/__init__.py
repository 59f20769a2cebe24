"""The summary workbook ``tong-hop.xlsx``.

``grid`` says where each figure of a form stands; ``form_sheet`` draws it, out of ``frame``,
``totals``, ``units``, ``coverage`` and ``formulas``, ``periods`` the single periods; ``overview``
is the first page, ``lists`` the long lists (entries, details, findings, sources); ``names``
names the sheets, ``pen`` is what all draw with, ``book`` puts them together. Nothing here
computes a figure: totals are live formulas over the unit values beside them, and their cached
values come from the consolidation.
"""
