"""Questions and concerns: asking, moderating, and the answer that was promised by a day."""
