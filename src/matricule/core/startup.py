"""Whether the service may start: every setting that would harm real people is named, with its remedy."""

from matricule.core import config, keys


class RefusedToStart(Exception):
    """The settings are not fit for real people; the message lists what is wrong and how to mend it."""


def problems(settings: config.Config) -> list[config.Problem]:
    """Return what keeps the service from starting with ``settings``; an empty list when nothing does."""
    return [*keys.check(settings), *config.problems(settings)]


def refuse_if_unfit(settings: config.Config) -> None:
    """Raise RefusedToStart when ``settings`` have a problem."""
    found = problems(settings)
    if found:
        raise RefusedToStart(sentence(found))


def sentence(found: list[config.Problem]) -> str:
    """Return the problems as text for a terminal, one per line."""
    lines = [
        f"  {item.setting} {item.problem}." + (f" {_remedy(item.remedy)}." if item.remedy else "") for item in found
    ]
    return "\n".join(["The service does not start with these settings:", *lines])


def _remedy(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
