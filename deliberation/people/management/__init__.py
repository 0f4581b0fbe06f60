"""What can be done about people from the command line?"""
