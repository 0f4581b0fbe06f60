"""The engine: from rules over answers to advice. Pure: no Django, no database, no clock, no chance."""
