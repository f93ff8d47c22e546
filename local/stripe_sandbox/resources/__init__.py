"""One module for each resource of the API: its objects, and what may be done to them."""
