"""What efsync remembers: accounts as applied, runs, locks; its tables and their migrations."""
