"""Screens of a live session: the phone, the console and the projector."""
