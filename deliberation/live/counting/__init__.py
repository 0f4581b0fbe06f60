"""What do the hall and home add up to, and how is that said?"""
