"""Assessing: how answers become an advice, what would change it, and what can be taken over."""
