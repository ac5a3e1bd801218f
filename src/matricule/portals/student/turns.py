"""The first block of the status page and its timeline: who acts now, by when, what happens then (issue 4, 1)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from matricule.core import clock, i18n
from matricule.dossiers import cover, deadlines
from matricule.dossiers.following import Follow, Turn
from matricule.dossiers.states import OPEN, State
from matricule.rules import catalogue, refusals, rejections
from matricule.rules import deadlines as rule


def name_of(code: str) -> str:
    """Return the name of a document in the language of the page."""
    return i18n.pick(catalogue.entry("student", code).name)


def said(words: Mapping[str, str], day: str) -> str:
    """Return a sentence of the caisse in the language of the page, with the day by which it is due."""
    return i18n.pick({language: refusals.dated(words, language, day) for language in i18n.LANGUAGES})


def card(follow: Follow) -> dict[str, Any]:
    """Return the block that says who acts now: title, sentences, day, what silence does, where to act."""
    turn = follow.turn
    made = {
        "asked": _asked,
        "missing": _missing,
        "later": _later,
        "postponed": _postponed,
        "examine": _examine,
        "number": _number_due,
        "complete": _complete,
        "register": _register,
        "returned": _returned,
        State.REGISTERED.value: _registered,
        State.REJECTED.value: _rejected,
        State.DEACTIVATED.value: _number_ended,
        State.CLOSED.value: _closed,
        State.WITHDRAWN.value: _withdrawn,
    }[turn.what](follow, turn)
    word = gettext("target") if turn.rule == "target" else ""
    return {"who": turn.who, "due": turn.day, "due_word": word, "quotes": [], "items": [], "small": "", **made}


def _asked(follow: Follow, turn: Turn) -> dict[str, Any]:
    page = reverse("student:my-documents")
    day = i18n.format_date(turn.day) if turn.day else ""
    names = [name_of(item.code) for item in follow.items]
    small = gettext("Without an answer the caisse reminds you; your provisional number stays yours.")
    if follow.number is None:
        small = gettext(
            "Without an answer the file is closed on %(day)s. You can reopen it for 30 days and send nothing again."
        ) % {"day": day}
    return {
        "title": gettext("Send: %(names)s") % {"names": i18n.format_list(names)},
        "quotes": [said(item.words, day) for item in follow.items],
        "items": [{"text": name_of(item.code), "href": f"{page}#{item.slot}"} for item in follow.items],
        "small": small,
    }


def _missing(follow: Follow, turn: Turn) -> dict[str, Any]:
    page = reverse("student:my-documents")
    halves = [half for half in follow.missing if half.blocks]
    return {
        "title": gettext("Send what is missing"),
        "items": [{"text": name_of(half.code), "href": f"{page}#{half.slot}"} for half in halves],
        "small": gettext("Without it the caisse cannot examine your file."),
    }


def _later(follow: Follow, turn: Turn) -> dict[str, Any]:
    page = reverse("student:my-documents")
    return {
        "title": gettext("Send the documents for your number for life"),
        "items": [{"text": name_of(half.code), "href": f"{page}#{half.slot}"} for half in follow.missing],
        "small": gettext(
            "The law gives you three months from your provisional number; then the caisse writes to you formally, and "
            "you have three more (R114-7 CSS)."
        ),
    }


def _postponed(follow: Follow, turn: Turn) -> dict[str, Any]:
    shown = {key: value for key, value in _later(follow, turn).items() if key != "small"}
    text = gettext("The caisse accepted that you send them later. Your provisional number stays yours meanwhile.")
    return {**shown, "text": text}


def _examine(follow: Follow, turn: Turn) -> dict[str, Any]:
    return {
        "title": gettext("The caisse examines your documents"),
        "text": gettext("You have nothing to do now. We write to you at each step."),
        "small": _overdue(follow, turn),
    }


def _number_due(follow: Follow, turn: Turn) -> dict[str, Any]:
    return {
        "title": gettext("The caisse gives you your provisional number"),
        "text": gettext(
            "Your first documents are accepted. You have nothing to do: we write to you when it is there."
        ),
        "small": _overdue(follow, turn),
    }


def _overdue(follow: Follow, turn: Turn) -> str:
    """Say that the office's target is over without an answer, where it is; "" else."""
    target = deadlines.first_decision_target(follow.dossier)
    if target is None or turn.day is not None or follow.number is not None or follow.answered:
        return ""
    said = gettext("We were due to answer on %(day)s. Your file is first in line; you lose no rights.")
    return said % {"day": i18n.format_date(target)}


def _complete(follow: Follow, turn: Turn) -> dict[str, Any]:
    return {
        "title": gettext("Your file is complete"),
        "text": gettext("The caisse sends it to the national register. You have nothing to do."),
    }


def _register(follow: Follow, turn: Turn) -> dict[str, Any]:
    day = i18n.format_date(turn.day) if turn.day else ""
    return {
        "title": gettext("The national register checks your identity"),
        "text": gettext("It has not answered yet. We write to you when it does, by %(day)s at the latest.")
        % {"day": day},
        "small": gettext("The law gives the register two months (R114-7 VI CSS). Your cover does not change."),
    }


def _returned(follow: Follow, turn: Turn) -> dict[str, Any]:
    """Say what the register refused; a number that somebody else holds here is looked at before anybody is told."""
    sending = follow.returned
    told = sending is not None and sending.answer == "refused" and bool(sending.words)
    return {
        "title": gettext("The national register sent your file back to the caisse"),
        "quotes": [i18n.pick(sending.words)] if sending is not None and told else [],
        "text": gettext(
            "The caisse puts right what it can and sends the file again. Compare what you typed with your documents: "
            "if something is wrong, ask for its change in “My information”, or write to the caisse."
        ),
        "items": [{"text": gettext("My information"), "href": reverse("student:information")}],
        "small": gettext("Your provisional number and your cover do not change."),
    }


def _registered(follow: Follow, turn: Turn) -> dict[str, Any]:
    closes = follow.dossier.space_closes_on
    small = ""
    if closes is not None:
        small = gettext("This space closes on %(day)s. Download before that day what you want to keep.") % {
            "day": i18n.format_date(closes)
        }
    text = gettext(
        "Ask for your carte Vitale with the form on this page. "
        "For your ameli account, first call 3646, then go to ameli.fr."
    )
    if follow.replaced:
        known = gettext(
            "You already had this number: it replaces your provisional number, which you no longer give to anybody."
        )
        text = f"{known} {text}"
    return {"title": gettext("You have your social security number"), "text": text, "small": small}


def _rejected(follow: Follow, turn: Turn) -> dict[str, Any]:
    return _ended(follow, gettext("Your request is turned down"))


def _number_ended(follow: Follow, turn: Turn) -> dict[str, Any]:
    return _ended(follow, gettext("Your provisional number has ended: do not give it to anybody any more"))


def _ended(follow: Follow, title: str) -> dict[str, Any]:
    """Say why a request ended by a decision of the caisse, in its words, and how to contest it."""
    ending = follow.person.ending
    row = rejections.table().rows.get(ending.get("reason", ""))
    return {
        "title": title,
        "text": i18n.pick(row.text) if row else "",
        "own": ending.get("words", ""),
        "small": i18n.pick(rejections.table().appeal),
    }


def _closed(follow: Follow, turn: Turn) -> dict[str, Any]:
    """Say why a file was closed, and to which day its person can open it again."""
    said = follow.person.ending
    last = date.fromisoformat(said["reopen_on"]) if "reopen_on" in said else None
    row = rejections.table().closures.get(said.get("reason", ""))
    silent = gettext("What was asked for did not come. Everything that you sent is kept.")
    text = i18n.pick(row.text) if row is not None else silent
    reopen = last is not None and clock.today() <= last
    if last is not None and reopen:
        until = gettext("You can open it again until %(day)s, and send nothing again.")
        text = f"{text} {until % {'day': i18n.format_date(last)}}"
    return {
        "title": gettext("Your file is closed") if row else gettext("Your file is closed without an answer"),
        "text": text,
        "own": said.get("words", ""),
        "reopen": reopen,
        "reopen_on": last,
    }


def _withdrawn(follow: Follow, turn: Turn) -> dict[str, Any]:
    return {
        "title": gettext("You have withdrawn your request"),
        "text": gettext("The caisse no longer examines it. You can begin another at any time."),
        "again": reverse("public:questionnaire"),
    }


def timeline(follow: Follow) -> list[dict[str, Any]]:
    """Return the six steps of the way, each with who acts and when, in words."""
    steps = [
        _sent(follow),
        _documents(follow),
        _nia(follow),
        _file_complete(follow),
        _at_register(follow),
        _nir(follow),
    ]
    if follow.state in {State.REJECTED, State.CLOSED, State.DEACTIVATED, State.WITHDRAWN}:
        place = next((i for i, step in enumerate(steps) if step["state"] != "done"), len(steps) - 1)
        steps[place]["state"] = "stopped"
        for step in steps[place + 1 :]:
            step["state"] = "todo"
    return steps


def _step(state: str, icon: str, title: str, when: str, **more: str) -> dict[str, Any]:
    return {"state": state, "title": title, "when": when, **({"icon": icon} if state != "done" else {}), **more}


def _sent(follow: Follow) -> dict[str, Any]:
    sent = follow.dossier.submitted_at
    receipt = reverse("student:receipt", args=[follow.dossier.pk])
    when = i18n.format_datetime(sent) if sent else ""
    return _step("done", "", gettext("Registration sent"), when, href=receipt, link=gettext("receipt"))


def _documents(follow: Follow) -> dict[str, Any]:
    first = [half for half in follow.halves if half.blocks]
    held = sum(half.holds for half in first)
    done = held == len(first)
    counted = ngettext("%(n)s accepted out of %(all)s", "%(n)s accepted out of %(all)s", held) % {
        "n": i18n.format_number(held),
        "all": i18n.format_number(len(first)),
    }
    target = deadlines.first_decision_target(follow.dossier)
    if target and not follow.decided and follow.state in OPEN and target >= clock.today():
        days = deadlines.first_decision_days()
        aim = ngettext(
            "The caisse aims to answer by %(day)s (target: %(n)s working day)",
            "The caisse aims to answer by %(day)s (target: %(n)s working days)",
            days,
        ) % {"day": i18n.format_date(target), "n": i18n.format_number(days)}
        counted = f"{aim} · {counted}"
    state = "done" if done or follow.number else "now"
    return _step(state, "desk", gettext("First documents examined"), counted)


def _nia(follow: Follow) -> dict[str, Any]:
    title = gettext("Provisional number (NIA)")
    if follow.provisional is not None and follow.state is State.DEACTIVATED and follow.provisional.ended_at:
        day = i18n.format_date(rule.paris_day(follow.provisional.ended_at))
        return _step("now", "hourglass", title, gettext("Ended by the caisse on %(day)s") % {"day": day})
    if follow.provisional is not None:
        return _step("done", "", title, i18n.format_date(follow.provisional.issued_at))
    if follow.cover.conditions.documents:
        return _step("now", "hourglass", title, gettext("The caisse: your first documents are accepted"))
    return _step("todo", "hourglass", title, gettext("The caisse, once your first documents are accepted"))


def _file_complete(follow: Follow) -> dict[str, Any]:
    title = gettext("File complete")
    if follow.complete:
        return _step("done", "", title, gettext("Everything for your number for life is accepted"))
    owed = {half.code for half in follow.halves if half.required and half.phase <= 2}
    asked = [item.code for item in follow.items if item.code in owed]
    yours = list(dict.fromkeys([*(half.code for half in follow.missing), *asked]))
    if yours:
        when = gettext("You: %(names)s") % {"names": i18n.format_list(name_of(code) for code in yours)}
    else:
        when = gettext("The caisse, when it has examined the other documents")
    return _step("now" if follow.number is not None else "todo", "upload", title, when)


def _at_register(follow: Follow) -> dict[str, Any]:
    title, sending = gettext("At the national register"), follow.sending
    if follow.state is State.REGISTERED:
        return _step("done", "", title, gettext("Answered"))
    if follow.state is State.AT_REGISTER and sending is not None:
        by = i18n.format_date(sending.answer_by)
        return _step(
            "now", "hourglass", title, gettext("The register answers by %(day)s (law: 2 months)") % {"day": by}
        )
    when = gettext("The caisse sends the file when it is complete")
    if sending is not None and sending.answered_at is not None:
        when = gettext("Sent back on %(day)s; the caisse takes it up again") % {
            "day": i18n.format_date(rule.paris_day(sending.answered_at))
        }
    ours = follow.complete and follow.number is not None
    return _step("now" if ours else "todo", "hourglass", title, when)


def _nir(follow: Follow) -> dict[str, Any]:
    title, number = gettext("Number for life (NIR)"), follow.number
    if follow.state is State.REGISTERED and number is not None and number.certified_at is not None:
        return _step("done", "", title, i18n.format_date(number.certified_at))
    return _step("todo", "card", title, gettext("Then the carte Vitale and the ameli account"))


def conditions(follow: Follow) -> list[dict[str, Any]]:
    """Return the three conditions of the provisional certificate: where each stands, and when it will be met."""
    found = follow.cover.conditions
    accepted = gettext("Your first documents are accepted")
    rows: list[dict[str, Any]] = [{"met": found.documents, "text": accepted, "when": _accepted_when(follow)}]
    if found.courses_start is None:
        rows.append({"met": False, "text": gettext("The first day of your courses is not known")})
    elif found.courses:
        rows.append({"met": True, "text": gettext("Your courses have begun")})
    else:
        day = i18n.format_date(found.courses_start)
        rows.append({"met": False, "text": gettext("Your courses begin on %(day)s") % {"day": day}})
    if found.stay.asked:
        rows.append({"met": found.stay_regular, "text": _stay(follow), "when": _stay_when(follow)})
    return rows


def _accepted_when(follow: Follow) -> str:
    """Say whose turn it is while a first document is not accepted, and by when; "" once all are."""
    turn = follow.turn
    if follow.cover.conditions.documents:
        return ""
    if turn.who == "you":
        return gettext("Your turn: send what is asked for above.")
    if turn.day is None:
        return gettext("It is the caisse’s turn.")
    return gettext("The caisse aims to answer by %(day)s.") % {"day": i18n.format_date(turn.day)}


def _stay_when(follow: Follow) -> str:
    """Say whose turn it is while no accepted document shows a regular stay; "" where one does or did."""
    if follow.cover.conditions.stay.until is not None:
        return ""
    papers = [half.state for half in follow.halves if half.code in cover.STAY_CODES]
    if "to_examine" in papers or "checking" in papers:
        return gettext("The caisse examines the one that you sent.")
    return gettext("Your turn: send your visa or your residence permit.")


def certificate(follow: Follow) -> dict[str, Any]:
    """Return what the space says above the three conditions: when the last certificate ended, or when one comes.

    ``over``: the nine months are over, and no other provisional certificate comes.
    """
    found, today = follow.cover.conditions, clock.today()
    last = follow.cover.last_day
    ended = [row.ends_on for row in follow.cover.certificates if row.ends_on is not None and row.ends_on < today]
    start = found.courses_start
    comes = start is not None and not found.courses and found.documents and found.number and found.stay.on(start)
    over = bool(ended) and last is not None and last < today
    return {"ended": max(ended, default=None), "over": over, "comes_on": start if comes else None}


def _stay(follow: Follow) -> str:
    stay = follow.cover.conditions.stay
    if stay.until is None:
        return gettext("An accepted document shows that your stay is regular")
    day = i18n.format_date(stay.until)
    if stay.on(clock.today()):
        return gettext("Your stay is regular until %(day)s") % {"day": day}
    if stay.proof == "visa_d":
        return gettext("Your visa counted until %(day)s: send its validation, or the receipt of your card") % {
            "day": day
        }
    return gettext("Your document of stay ended on %(day)s: send the new one or its receipt") % {"day": day}
