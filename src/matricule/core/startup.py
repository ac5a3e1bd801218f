"""Whether the service may start: every setting that would harm real people is named, with its remedy.

So is a rules file that somebody damaged (house.md, section 1). Whether the database is one for this mode is asked by
``core.demo_mark``, once there is a database.
"""

from collections.abc import Callable
from functools import partial

from matricule.core import config, keys, mail_settings
from matricule.core.mailbox import BadAddressError, one_mailbox
from matricule.rules import catalogue, data, orientation, orientation_loading
from matricule.rules.errors import RulesError


class RefusedToStart(Exception):
    """The service is not fit for real people; the message lists what is wrong and how to mend it."""


def problems(settings: config.Config) -> list[config.Problem]:
    """Return what keeps the service from starting with ``settings``; an empty list when nothing does."""
    found = [*keys.check(settings), *config.problems(settings)]
    named = {problem.setting for problem in found}
    found += [problem for problem in _mail_problems(settings) if problem.setting not in named]
    return found + rules_problems()


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


def rules_problems() -> list[config.Problem]:
    """Read every rules file, and return what is wrong in each group of them with file, row and reason."""
    readings: list[Callable[[], object]] = [
        data.check_all,
        partial(catalogue.load, "student"),
        partial(catalogue.load, "employee"),
    ]
    readings += [partial(orientation.load, name) for name in orientation_loading.names()]
    found = []
    for read in readings:
        try:
            read()
        except RulesError as error:
            where = f"{error.file}, row {error.row},"
            found.append(config.Problem(where, f"is wrong: {error.reason}", "mend the row: the rules are data"))
    return found


def _mail_problems(settings: config.Config) -> list[config.Problem]:
    """Return what a mail could not leave with; empty settings are looked at by ``config.problems``."""
    found = []
    if settings.email_url:
        try:
            mail_settings.server(settings.email_url)
        except mail_settings.TransportSettingError as error:
            name, _, problem = str(error).partition(" ")
            found.append(config.Problem(name.rstrip(":"), f"cannot be used: {problem}", ""))
    for name, text, check in (
        ("email_from", settings.sender, mail_settings.sender),
        ("email_return", settings.email_return, one_mailbox),
    ):
        try:
            if text:
                check(text)
        except BadAddressError:
            how = "write one address, ASCII only, with a name in front if you like: Caisse du Doubs <desk@caisse.fr>"
            found.append(config.Problem(config.variable(name), "is not one mailbox", how))
    return found


def _remedy(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
