"""How did the tables of the compass come to be?"""
