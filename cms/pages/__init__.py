"""Page types: what an editor can write, and what each kind of page shows."""
