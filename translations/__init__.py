"""What efsync says to people, gathered from its code for translation. Not part of the package."""
