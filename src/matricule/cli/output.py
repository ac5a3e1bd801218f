"""How commands print what they found."""

import json


def print_json(value: object) -> None:
    """Print ``value`` as JSON, indented, with letters as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
