"""What a worker types while asking for consent, and later."""
