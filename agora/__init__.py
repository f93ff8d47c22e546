"""What the webhook service and the workers share: settings, database, logs, clients."""
