"""Mail accounts of eFactory ERP users as code: read, compare, plan, apply."""

__version__ = "0.1.0"
