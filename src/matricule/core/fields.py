"""Model fields whose column holds only sealed bytes (R65: NIR, IBAN, passport numbers, addresses, bodies of messages).

The place that a value is bound to is ``<app>.<model>.<field>``, or ``place`` where a model was renamed. A column
cannot be searched: keep a blind index (matricule.core.crypto) beside it.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import IsNull

from . import crypto, keys

if TYPE_CHECKING:
    _TextBase = models.Field[str, str]
    _JSONBase = models.Field[Any, Any]
else:
    _TextBase = _JSONBase = models.Field


class _Sealed:
    """What both fields share: bytes in the column, the place as additional data, no lookup but ``isnull``."""

    empty_strings_allowed = False

    def __init__(self, *args: Any, place: str = "", **kwargs: Any) -> None:
        self.place = place
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, path, args, kwargs | ({"place": self.place} if self.place else {})

    def get_internal_type(self) -> str:
        return "BinaryField"

    def place_of_column(self) -> bytes:
        """Return what every value of this column is bound to."""
        return (self.place or f"{self.model._meta.label_lower}.{self.name}").encode()  # type: ignore[attr-defined]

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        return crypto.seal(keys.current().fields, self._dump(value), self.place_of_column())

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None:
            return None
        return self._load(crypto.unseal(keys.current().fields, bytes(value), self.place_of_column()))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError("a sealed field cannot be searched; search its blind index")

    _dump: Callable[[Any], bytes]
    _load: Callable[[bytes], Any]


class EncryptedTextField(_Sealed, _TextBase):
    """A text that the database never sees; NULL stays NULL, an empty text is sealed like any other."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def to_python(self, value: Any) -> Any:
        return value if value is None else str(value)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **kwargs)

    @staticmethod
    def _dump(value: Any) -> bytes:
        return str(value).encode()

    @staticmethod
    def _load(plain: bytes) -> str:
        return plain.decode()


class EncryptedJSONField(_Sealed, _JSONBase):
    """Anything that JSON can say, sealed; numbers, texts, lists and objects come back as they went in."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    @staticmethod
    def _dump(value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

    @staticmethod
    def _load(plain: bytes) -> Any:
        return json.loads(plain)
