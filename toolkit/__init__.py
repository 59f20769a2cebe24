"""baocao: templates out, returns in, totals that can be traced to file, sheet and cell."""

__version__ = "0.1.0"
