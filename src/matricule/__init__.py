"""Matricule: the open registration desk for people who arrive in France and need a social security number."""

__version__ = "0.1.0"
