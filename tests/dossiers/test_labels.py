"""The counts of a company's labels: joined with the accounts, compared with the requests, mended."""

import logging

import pytest

from matricule.dossiers import labels, reconciling, tasks
from matricule.dossiers.models import LabelCount
from matricule.dossiers.operations import joining
from tests.support import caisse, cast, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


def test_what_the_operations_counted_is_right():
    first = firm.a_sent_request()
    firm.a_request(first.organisation)
    assert labels.miscounted() == []
    assert (labels.counts(first.organisation_id)["in_progress"], labels.counts(first.organisation_id)["all"]) == (1, 2)


def test_joined_accounts_are_counted_together():
    other = firm.a_request()
    keep = company.a_company(siret=other.organisation.siret)
    joining.join_accounts(caisse.a_caseworker(), keep.company.id, other.organisation_id)
    assert labels.counts(keep.company.id)["draft"] == 1
    assert labels.counts(other.organisation_id)["all"] == 0
    assert labels.miscounted() == []


def test_a_wrong_a_missing_and_an_idle_count_are_mended_and_journaled():
    dossier = firm.a_sent_request()
    company_id = dossier.organisation_id
    LabelCount.objects.filter(organisation=company_id, label="in_progress").delete()
    LabelCount.objects.filter(organisation=company_id, label="draft").update(n=4)
    mark = cast.last_entry()
    found = reconciling.recount_labels()
    assert {(one.whose, one.place, one.n, one.right) for one in found} == {
        (company_id, "in_progress", 0, 1),
        (company_id, "draft", 4, 0),
    }
    assert labels.miscounted() == [] and labels.counts(company_id)["all"] == 1
    assert cast.entries_since(mark) == [("counts.rebuilt", "done")]
    assert reconciling.recount_labels() == []


def test_the_nightly_job_says_so_in_the_log(caplog):
    dossier = firm.a_request()
    LabelCount.objects.filter(organisation=dossier.organisation_id, label="draft").update(n=0)
    with caplog.at_level(logging.ERROR):
        tasks.reconcile()
    assert f"counts_differ company={dossier.organisation_id} label=draft n=0 right=1" in caplog.text
    assert labels.miscounted() == []
