"""The planted faults, by topic."""
