"""Sweeps: functions that compare due dates in our tables with business time and do what falls due.

The queue asks the database for its time, which nobody can move; a deadline that a person reads is therefore a row of
ours and a sweep, called by one periodic job and by the time machine (house.md, closed decision 3).
"""

from collections.abc import Callable

from matricule.core import clock
from matricule.core.jobs import port
from matricule.core.jobs.models import touch

SWEEPS: dict[str, Callable[[], object]] = {}


def sweep(name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function that does what is due at ``clock.now()``.

    It locks the rows that it changes (``select_for_update(skip_locked=True)``) and marks them done in the transaction
    of the effect: the job and the time machine may call it at the same moment, or not for three days (F19).
    """

    def register(run: Callable[[], object]) -> Callable[[], object]:
        if name in SWEEPS:
            raise ValueError(f"two sweeps are called {name}")
        SWEEPS[name] = run
        return run

    return register


def run_sweeps() -> list[str]:
    """Run every sweep, whatever the others do; return their names.

    Raises ExceptionGroup with what the failed ones raised, after all have run.
    """
    errors: list[Exception] = []
    for run in SWEEPS.values():
        try:
            run()
        except Exception as error:  # noqa: BLE001 - one room's fault must not hold up another's deadlines
            errors.append(error)
    if errors:
        raise ExceptionGroup("sweeps failed", errors)
    touch("sweeps", clock.wall())
    return list(SWEEPS)


calendar = port.periodic(cron="* * * * *", name="core.sweeps")(run_sweeps)
