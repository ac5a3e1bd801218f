"""A company's requests: filing one for an employee and the family, following all of them (issue 5)."""
