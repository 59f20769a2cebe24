"""The summary workbook ``tong-hop.xlsx``.

``grid`` says where each figure stands, ``form_sheet`` draws a form, ``overview`` the first
page, ``lists`` the long lists (status, entries, details, findings, sources), ``book`` puts
them together. Nothing here computes a figure: totals are live formulas over the unit values
beside them, and their cached values come from the consolidation.
"""
