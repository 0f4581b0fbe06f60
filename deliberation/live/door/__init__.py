"""How does somebody come in, and who is it that asks?"""
