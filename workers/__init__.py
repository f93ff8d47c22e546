"""The workers: they take jobs from the queues and call Stripe, Resend, Pusher and Storage."""
