"""Privacy: what somebody agreed to, their own data as a page and a file, and their erasure everywhere."""
