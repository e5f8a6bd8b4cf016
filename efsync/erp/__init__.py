"""The live side: layout, reading, writing and locks of the ERP's user table, and the demo database."""
