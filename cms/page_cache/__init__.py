"""The page cache: what everybody may read is kept whole until something on it changes (ADR 70)."""
