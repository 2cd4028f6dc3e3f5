"""Cases on a list, and the work of coaches on them."""
