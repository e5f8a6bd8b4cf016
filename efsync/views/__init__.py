"""Plans, drift, states and problems as text or JSON; knows nothing of where they came from."""
