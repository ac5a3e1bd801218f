"""Is this person already known? Pure Python: no Django, no file, no other room.

    matching.exact_key(a) == matching.exact_key(b)      the same names, birth date and country of birth
    matching.search_keys(a)                             every key to look for: an unknown day or month may hide another
    matching.compare(a, b)                              field by field, for a page that shows both side by side

Today the exact comparison only. Whoever stores a key keeps its keyed digest, never the key: it can be read.
"""

from matricule.matching.comparing import Comparison, compare
from matricule.matching.keys import Person, dates_agree, exact_key, passport_key, search_keys
from matricule.matching.names import birth_name_key, given_names_key

__all__ = [
    "Comparison",
    "Person",
    "birth_name_key",
    "compare",
    "dates_agree",
    "exact_key",
    "given_names_key",
    "passport_key",
    "search_keys",
]
