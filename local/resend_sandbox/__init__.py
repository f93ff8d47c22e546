"""A stand-in for Resend that speaks its REST API and keeps every message as an `.eml` file."""
