"""The deck of ten slides for the conference of a period."""
