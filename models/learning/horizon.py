"""The horizon of the outcome, apart from the label so that the command line can show it without loading Ibis."""

HORIZON_WEEKS = 26
"""An escalation counts when it happens within this many weeks after the as-of date."""
