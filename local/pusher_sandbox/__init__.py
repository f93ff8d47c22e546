"""A stand-in for Pusher Channels: its HTTP API and its WebSocket protocol 7."""
