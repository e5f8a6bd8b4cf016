"""How long efsync takes for a large company, beside the least that the same work could take."""
