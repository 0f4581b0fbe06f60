"""How do screens hear at once what changed?"""
