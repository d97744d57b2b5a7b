"""What every test may lean on; the cast is in `tests/world.py`."""
