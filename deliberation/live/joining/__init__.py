"""Joining: how somebody comes in to an evening, and access for who asks."""
