"""How does each municipality look?"""
