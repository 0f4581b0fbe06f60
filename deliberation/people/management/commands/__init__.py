"""Which commands are there about people?"""
