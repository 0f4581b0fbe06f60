"""What people do together: projects, the instruments of participation, and who acts in them. Knows no page."""
