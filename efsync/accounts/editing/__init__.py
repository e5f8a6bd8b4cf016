"""Changes the text of department files: canonical layout, fields set in place, accounts added; comments stay."""
