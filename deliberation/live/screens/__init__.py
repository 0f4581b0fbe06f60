"""What do people see while it is live: on a phone, on the console, on the projector?"""
