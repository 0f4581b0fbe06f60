"""Counting: what hall and home add up to, and how that result is said."""
