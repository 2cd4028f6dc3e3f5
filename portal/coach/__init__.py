"""The pages of the wooncoach."""
