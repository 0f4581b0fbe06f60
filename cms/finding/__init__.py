"""How do people find and follow what is public?"""
