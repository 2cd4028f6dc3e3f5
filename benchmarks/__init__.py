"""Measure time, memory and disk space on invented corporations of any size, and compare with other implementations."""
