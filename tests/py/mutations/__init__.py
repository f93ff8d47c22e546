"""Planted faults: each one turns some test red, or that test proves nothing."""
