"""Decisions, as pure functions: compare three ways, build a plan, brake."""
