"""Does the compass do what its design says?"""
