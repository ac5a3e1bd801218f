"""The employers' portal (issue 5; seed 000)."""
