"""The embedded stack itself: starting, stopping, dying."""
