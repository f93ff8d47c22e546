"""The embedded stack: real Postgres, PostgREST, Auth, Storage, and the third parties' sandboxes.

Nothing here is part of the product, and the product imports nothing of it.
"""
