"""The files: read with positions, validated, texts and templates resolved."""
