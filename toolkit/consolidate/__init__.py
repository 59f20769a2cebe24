"""Figures over units and periods, with their coverage and their parts."""
