"""What members and administrators may type."""
