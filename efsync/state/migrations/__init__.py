"""The state's migrations, run by efsync itself through Alembic."""
