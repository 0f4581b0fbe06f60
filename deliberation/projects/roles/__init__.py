"""Roles: who works for a municipality and as what, how that starts and ends, and the quarterly look at it."""
