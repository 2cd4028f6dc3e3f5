"""Page for colleagues and partners who report a worry (melders)."""
