"""Which words does the compass give to templates?"""
