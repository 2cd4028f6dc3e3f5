"""Template filters of runs."""
