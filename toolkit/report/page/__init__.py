"""The page ``trang.html``: one file that opens by a double click and needs no network.

``sections`` is the list of what stands on the page, each made by a builder of its own; a new
section is a function and a line there. ``table`` is the one kind of table they fill (a tree of
rows of any depth, a row's sources at its end), ``markup`` writes HTML in which every text is
escaped, ``write`` puts the file together. ``page.css`` and ``page.js`` lie beside: the script
sorts, searches and unfolds; it computes no figure. Nothing here computes one either.
"""
