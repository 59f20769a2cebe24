"""Drawing a consolidation: workbook, charts. Computes no number."""
