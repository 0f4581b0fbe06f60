"""Tenants: several municipalities in one installation, each kept apart from the others."""
