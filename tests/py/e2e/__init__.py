"""Whole flows, over HTTP, with concurrency and crashes."""
