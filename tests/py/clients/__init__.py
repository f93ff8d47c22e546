"""Unmodified clients against the stack."""
