"""Marks in delivered files: what a buyer sees, and the keyed payload that nobody sees."""
