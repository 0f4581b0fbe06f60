"""Room: how do answers become an advice, what would change it, and what can be taken over?"""
