"""How does an officer prepare an evening, and look after who is there?"""
