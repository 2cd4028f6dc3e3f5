"""How fast, how much memory, how much disk: invented corporations of any size, measured beside their rivals."""
