"""Measurements; ratios of one run, kept in benchmarks/results."""
