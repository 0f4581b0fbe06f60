"""How does anybody try the compass of this municipality, and read how it chooses? Nothing is stored here."""
