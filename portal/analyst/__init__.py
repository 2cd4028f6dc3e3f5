"""Pages for the analyst."""
