"""People: accounts, participants without a name, permissions, audit trail, and what everybody's own data are."""
