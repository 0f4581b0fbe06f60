"""Deciding: the choice of a level, the frames that were promised, and who hears when they change."""
