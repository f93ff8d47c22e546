"""pytest: unit, API, end to end."""
