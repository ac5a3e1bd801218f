"""The sweeps of the accounts: what counts for nothing any more is not kept."""

from matricule.accounts import address_changes, codes, digests, sessions
from matricule.core import jobs


@jobs.sweep("accounts.forget")
def forget() -> None:
    """Delete codes of yesterday and sessions that ended; both live in wall time, whatever the time machine says."""
    codes.forget_old()
    sessions.forget_ended()


@jobs.sweep("accounts.addresses")
def change_addresses() -> None:
    """Make the changes of address that nobody objected to for 24 hours."""
    address_changes.apply_due()


@jobs.sweep("accounts.digests")
def mails_of_the_day() -> None:
    """Write the mail of the day to the members of companies who want one a day."""
    digests.run()
