"""Demo data, made through the public interfaces only, as any client would."""
