"""What helps an editor to write for everybody?"""
