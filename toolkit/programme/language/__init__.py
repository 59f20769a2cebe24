"""The language of formulas and rules: one parser, one typed tree, two back ends.

``tree`` holds the types, ``parse`` the grammar, ``evaluate`` the verdict at intake,
``excel`` the Excel-2010 formula placed in a template.
"""
