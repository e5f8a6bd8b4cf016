"""Talks to mail servers as the ERP would, up to the moment at which it would send a mail, and says how that went."""
