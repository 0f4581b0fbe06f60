"""WebSockets: the way in which screens hear at once what changed."""
