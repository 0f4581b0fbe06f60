"""The open compass: anybody tries a municipality's compass, and reads how it chooses. Nothing is stored here."""
