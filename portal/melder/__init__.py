"""The page of whoever passes on a worry."""
