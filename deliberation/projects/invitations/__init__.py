"""Invitations: how a colleague is asked to take a role here, and says yes or no."""
