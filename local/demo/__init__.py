"""`make demo`: one purchase from end to end through the public interfaces, as a transcript."""
