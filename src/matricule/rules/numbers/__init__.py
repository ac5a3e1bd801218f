"""Numbers as value types: parse, check, format, explain.

``check`` says what number a text is. ``Nir``, ``Nia``, ``Nnp``, ``Mig`` and ``Ntt`` are frozen values made by
``parse``. SIREN and SIRET (``business``), UAI (``uai``), IBAN (``iban``) and phone (``phone``) are modules of their
own, imported by whoever needs them.
"""

from matricule.rules.numbers.check import Checked, check
from matricule.rules.numbers.nir import Nia, Nir, format_nir, masked
from matricule.rules.numbers.ntt import Ntt
from matricule.rules.numbers.provisional import Mig, Nnp
from matricule.rules.numbers.reasons import NumberError, Reason

__all__ = ["Checked", "Mig", "Nia", "Nir", "Nnp", "Ntt", "NumberError", "Reason", "check", "format_nir", "masked"]
