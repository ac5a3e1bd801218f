"""What every page of a company carries: its navigation, with what is new."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from matricule import notices
from matricule.accounts import organisations
from matricule.portals import gate


def frame(request: gate.MemberRequest, current: str) -> dict[str, Any]:
    """Return the context of a page of a company; ``current`` names the entry of the navigation that it belongs to."""
    member = request.member
    return {
        "member": member,
        "company": member.company,
        "several": len(organisations.memberships_of(member.user_id)) > 1,
        "entries": entries(member, current),
    }


def entries(member: organisations.Member, current: str) -> list[dict[str, Any]]:
    """Return the entries of the navigation, the one of the page marked."""
    unread = notices.unread_count(member.user_id, organisation_id=member.company.id)
    rows = (
        ("home", _("Requests"), 0),
        ("people", _("Team"), 0),
        ("notifications", _("Notifications"), unread),
        ("company", _("Company"), 0),
    )
    return [
        {"label": label, "href": reverse(f"employer:{name}"), "current": name == current, "new": new}
        for name, label, new in rows
    ]
