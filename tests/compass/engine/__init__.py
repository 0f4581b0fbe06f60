"""Does the engine do what its design says, without a database or Django?"""
