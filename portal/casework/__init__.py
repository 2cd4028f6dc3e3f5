"""Cases on a list, and what was done."""
