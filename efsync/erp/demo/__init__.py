"""The demo ERP: the tables of the real one, with invented people."""
