"""Documents: what is written about a decision point, from one source in HTML, PDF, DOCX and plain text."""
