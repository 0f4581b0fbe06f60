"""Which level of participation fits, and why?"""
