"""Charts as pictures: ``draw`` puts a ChartData on paper as PNG and SVG."""

from toolkit.report.charts.draw import draw

__all__ = ["draw"]
