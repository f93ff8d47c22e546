"""What is measured, against what; results are in benchmarks/results."""
