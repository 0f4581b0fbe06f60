"""What can an editor write, and what does each kind of page show?"""
