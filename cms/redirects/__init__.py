"""Redirects: what leads from an address that was to the page that is."""
