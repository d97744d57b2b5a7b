"""What members see of people, roles, settings and their own sign-in."""
