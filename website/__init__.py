"""The documentation site: its pages gathered from `docs`, made from the code and the schemas, and built."""
