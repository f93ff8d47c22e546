"""What the aiohttp sandboxes share: serving, failure injection, delivery of webhooks."""
