"""How do several municipalities live in one house, each behind its own wall?"""
