"""Participation: what every instrument needs for what residents give in words, and none should write again."""
