"""The parts of the `agora` command; they return text, agora/cli.py prints it."""
