"""Search: how people search, find and follow what is public."""
