"""Theming: how each municipality looks."""
