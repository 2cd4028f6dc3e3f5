"""Harm that a visit did and complaints about the approach, reported by whoever hears of them, for the rule that stops the list."""
