"""One module per queue; each has `handle(context, job)`, which may be called again at any point."""
