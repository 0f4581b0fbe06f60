"""Live sessions: an evening in which the hall and people at home count together, once each."""
