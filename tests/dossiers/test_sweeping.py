"""A fault in one file of a sweep is logged and left for the next round."""

from uuid import uuid4

from matricule.dossiers.operations.sweeping import apart


def test_it_says_what_the_step_says():
    assert apart("spaces", uuid4(), lambda: True) is True
    assert apart("spaces", uuid4(), lambda: False) is False


def test_a_fault_is_logged_with_the_dossier_and_nothing_of_its_person(caplog):
    dossier_id = uuid4()

    def broken() -> bool:
        raise LookupError

    assert apart("spaces", dossier_id, broken) is False
    assert f"sweep=spaces dossier={dossier_id}" in caplog.text
