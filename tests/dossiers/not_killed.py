"""Public functions of the accounts, the messages and the repertoire that have no row of their own, and why."""

import re
from pathlib import Path

REPERTOIRE = Path(__file__).parents[1] / "repertoire" / "test_kill_points.py"
WITHIN = re.compile(r"\(killed in ([a-z_.]+)\)")
ELSEWHERE = "killed before and after every statement in tests/repertoire/test_kill_points.py"

_READS = "reads or computes"
_STATEMENT = "one statement, nothing acknowledged"
_BROWSER = "the browser's session or cookie, written with the answer itself"
_READERS = """
address_changes.check address_changes.is_mark address_changes.mark_of address_changes.of address_changes.still_waits
address_changes.waiting
addresses.parse addresses.suggestion
backend.is_staff_session backend.is_strong_session backend.proved_within
codes.clean
devices.cookie_name devices.digest devices.known devices.people
digests.latest_hour
directory.current directory.is_there directory.look_up directory.use
invitations.accepted invitations.asked_by invitations.path_of invitations.still_open invitations.token_of
means.of means.removable
members.resettable
network.network_of
organisations.accounts_of organisations.company organisations.company_of organisations.is_member
organisations.is_proved organisations.member_names organisations.members organisations.membership_of
organisations.memberships_of organisations.reads organisations.shared_mailbox_of organisations.with_sign_in
passkeys.has_one passkeys.host
proofs.of_company proofs.original proofs.waiting
staff.colleagues staff.names staff.office_of staff.offices staff.post_of
totp.address_of totp.is_proved
typed.has
certification.answers_due
rows.alone rows.exact_indexes rows.issued rows.live rows.new_holder rows.number_index rows.own_indexes
rows.passport_index
searching.holder searching.known searching.number_of searching.subjects_of
standin.build standin.choose standin.delay
values.as_text
desk.company_name desk.first_name desk.for_digest desk.for_recipient desk.unread_count
"""
REASONS = {
    **dict.fromkeys(_READERS.split(), _READS),
    **dict.fromkeys(["codes.forget_old", "sessions.forget_ended"], _STATEMENT),
    **dict.fromkeys(
        ["backend.open_staff_session", "backend.prove_again", "backend.sign_in", "backend.sign_out",
         "devices.remember", "passkeys.creation_options", "passkeys.request_options", "typed.forget_old",
         "typed.keep", "typed.take"],
        _BROWSER,
    ),
    **dict.fromkeys(
        ["attribution.attribute", "attribution.correct", "attribution.deactivate", "certification.submit",
         "certification.take"],
        ELSEWHERE,
    ),
    "companies.join": "a part of joining two accounts (killed in joining.join_accounts)",
    "desk.copy": "a part of whoever tells, in their transaction (killed in companies.set_shared_mailbox)",
    "desk.mark_read": "one statement: read again, the messages are marked again",
    "desk.send": "a part of whoever tells, in their transaction (killed in devices.tell)",
    "desk.take_for_digest": "a part of the mail of the day (killed in digests.run)",
    "organisation_door.by_member": "the door itself: every act of a member goes through it (killed in members.rename)",
    "organisation_door.by_staff": "the door itself, for the caisse and the service (killed in companies.prove)",
    "organisation_notices.tell": "a part of whoever tells, in their transaction (killed in members.change_role)",
    "sessions.end_all": "a part of what ends them (killed in staff.dismiss)",
    "sessions.end_others": "a part of what ends them (killed in means.remove_app)",
    "tasks.change_addresses": "the calendar's call alone (killed in address_changes.apply_due)",
    "tasks.forget": "the calendar's call of two deletions, one statement each",
    "tasks.mails_of_the_day": "the calendar's call alone (killed in digests.run)",
    "totp.forget": "a part of taking an app away (killed in means.remove_app)",
    "totp.prove_another": "a part of letting another app count (killed in means.prove_app)",
}  # fmt: skip
"""Of each function by its module and name: why it is no act of its own."""
