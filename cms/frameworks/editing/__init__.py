"""With which forms does an officer change a draft of a framework?"""
