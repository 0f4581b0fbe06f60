"""How do rules over answers become advice, without a page, a person or a clock?"""
