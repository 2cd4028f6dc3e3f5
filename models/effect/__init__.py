"""What a visit does: estimates with intervals, or the reason why nothing can be said."""
