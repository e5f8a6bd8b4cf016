"""Opens databases through SQLAlchemy, the same way for the ERP and for the state.

No parameter ever stands in an error, no password in a URL that is shown, and what is missing is not made by
looking at it.
"""
