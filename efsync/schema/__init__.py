"""JSON Schemas: where the shipped ones are, and their findings as sentences about the user's file."""
