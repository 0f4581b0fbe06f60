"""Which tags do our templates use?"""
