"""Where passwords come from, and the fingerprints that stand for them."""
