"""Which files do we take from editors, and who gets them back?"""
