"""Template tags of the desk, and of amounts of money."""
