"""Editing: what helps an editor to write, publish and translate pages for everybody."""
