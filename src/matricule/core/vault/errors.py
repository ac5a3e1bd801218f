"""What can go wrong with a stored file; no message carries a name, a context or content."""


class VaultError(Exception):
    """The vault cannot do what it was asked; nothing half-made is left visible."""


class Missing(VaultError):
    """There is no such blob, its bytes are gone, or it was erased."""


class Corrupt(VaultError):
    """The stored bytes, the key or the context are not those of the day of storing; nothing of it may be shown."""


class Full(VaultError):
    """The place where files are kept has no room left: the person keeps what they have, and tries again later."""


class Unavailable(VaultError):
    """The place where files are kept does not answer, or refuses."""
