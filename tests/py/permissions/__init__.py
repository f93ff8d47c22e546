"""Who may do what, asked of the live API for every table, column and function."""
