"""Drafts department files from what the ERP holds: defaults, shared texts, templates."""
