"""The workbook that goes out: where each cell stands, and how it looks."""
