"""Uploaded files: which we take from editors, and who gets them back."""
