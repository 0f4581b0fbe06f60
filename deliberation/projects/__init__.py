"""Projects: municipalities, projects, phases, decision points, roles, and the level that was decided."""
