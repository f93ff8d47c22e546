"""The developer tooling: stamps, drift, guard, types, proofs."""
