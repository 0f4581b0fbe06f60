"""The compass: which level of participation fits a decision, with the reasons. Knows no person and no page."""
