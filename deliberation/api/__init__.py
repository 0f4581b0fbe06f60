"""What can programs ask us about frameworks, advice and decision points? Open to everybody; nothing is kept."""
