"""What does a policy officer decide about, and what should the compass say to that?"""
