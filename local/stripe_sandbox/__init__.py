"""Stripe on one machine: its wire protocol, state, idempotency and signed webhooks.

`README.md` beside this file lists what is covered, and the control API for tests.
"""
