"""Frameworks: how a municipality makes and keeps its own assessment framework."""
