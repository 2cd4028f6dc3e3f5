"""Who may enter, and what each may see."""
