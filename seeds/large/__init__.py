"""A large catalogue by COPY: `python -m seeds.large --products 1000000` (local databases only)."""
