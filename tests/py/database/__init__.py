"""Functions of the database under concurrency, without HTTP in between."""
