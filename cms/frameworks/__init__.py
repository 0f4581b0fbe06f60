"""How does a municipality make and keep its own assessment framework?"""
