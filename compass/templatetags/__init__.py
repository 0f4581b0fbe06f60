"""Template tags of the compass."""
