"""Oversight: how council, colleagues and residents look back at what was decided, and why."""
