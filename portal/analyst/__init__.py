"""The pages of the analyst."""
