"""How is a colleague asked to work here, and how do they say yes?"""
