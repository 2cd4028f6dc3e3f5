"""Pages for the wooncoach."""
