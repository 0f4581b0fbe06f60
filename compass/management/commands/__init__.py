"""Which commands does the compass have?"""
