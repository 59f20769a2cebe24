"""The language of formulas and rules: one parser, one typed tree, two back ends.

``tree`` holds the types of the tree, ``scope`` the names a formula may use and ``faults``
what can be wrong with it. ``parse`` turns source into a tree (``grammar.lark``; ``literals``
settles separators and decimal signs before, ``check`` the kinds of values after). ``walk``
answers which fields a tree uses, ``evaluate`` computes the verdict at intake, ``excel`` the
Excel-2010 formula of a template, ``render`` source text and column labels.

How the common checks are written:

- at most: ``[Thực hiện] <= [Kế hoạch]``; in order: ``[Kết thúc] >= [Bắt đầu]``
- one of: ``IN([Lĩnh vực],"Kinh tế","Văn hóa")``
- required if: ``IF([Trạng thái]="Chậm tiến độ",NOT(ISBLANK([Lý do])),TRUE)``
- no repetition: ``UNIQUE([Tên mô hình])``, ``UNIQUE([Tên mô hình],[Địa chỉ])``
- across forms: ``COUNTROWS(Mô hình) >= UNIT(Chỉ tiêu mô hình)``
- across periods: ``[Lũy kế] = PREV([Lũy kế])+[Thực hiện]``
"""
