"""Reporting: how projects go, what was decided in the end, and the table in which all stand side by side."""
