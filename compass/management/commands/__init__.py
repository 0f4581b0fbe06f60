"""Management commands of the compass."""
