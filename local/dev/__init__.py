"""Developer tooling around the migrations: stamp, drift, generated types, proofs."""
