"""The web server's process: what stays is left out of the search for garbage once it is loaded; letters are apart."""

import gc

from matricule.attestations import press
from matricule.site import server


def test_what_stays_is_frozen_and_garbage_is_looked_for_less_often(monkeypatch):
    monkeypatch.setattr(press, "_press", None)
    before = gc.get_threshold()
    try:
        server.post_worker_init(None)
        assert press._press is not None and press._press.child is None, "started by the first letter only"
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() == (10_000, 20, 20)
        assert gc.isenabled(), "rings of objects are still found"
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
