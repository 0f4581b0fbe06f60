"""The public HTTP API on frameworks, advice and decision points: open to every program, and nothing is kept."""
