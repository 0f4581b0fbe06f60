"""Management of the compass from the command line."""
