"""What can happen to members, their sign-in, and the organisation; one module per noun."""
