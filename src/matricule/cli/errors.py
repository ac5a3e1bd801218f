"""What a command says when it cannot understand its input."""


class CommandError(Exception):
    """Bad input: the text is for the person at the terminal, says what to do, and carries no personal data."""
