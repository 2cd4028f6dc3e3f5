"""What each weekly run was made of."""
