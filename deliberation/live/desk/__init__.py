"""Desk screens on which an officer prepares an evening, and looks after who is there."""
