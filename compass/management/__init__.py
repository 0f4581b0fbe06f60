"""What can the compass do from the command line?"""
