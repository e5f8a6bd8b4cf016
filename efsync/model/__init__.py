"""The frozen types that every room speaks in; knows nothing of files, databases or terminals."""
