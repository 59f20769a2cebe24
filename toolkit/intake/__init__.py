"""What comes in: reading, identifying and judging a returned file."""
