"""What the fields of a page hold."""

from typing import Any


def held(tree: Any, form: str = '//form[@id="page-form"]') -> dict[str, list[str]]:
    """Return what the fields of a page's one form hold, by name; ``form`` finds it in the tree."""
    (found_form,) = tree.xpath(form)
    found: dict[str, list[str]] = {}
    for field in found_form.xpath(".//input[not(@type='radio' or @type='checkbox') or @checked]"):
        found.setdefault(field.get("name"), []).append(
            field.get("value", "on" if field.get("checked") is not None else "")
        )
    for field in found_form.xpath(".//textarea"):
        found.setdefault(field.get("name"), []).append((field.text or "").strip())
    return found
