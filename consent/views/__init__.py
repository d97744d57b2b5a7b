"""What members see and do about consent."""
