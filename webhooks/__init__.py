"""The webhook service: checkout, onboarding, files, Stripe's events, Pusher's authorisations."""
