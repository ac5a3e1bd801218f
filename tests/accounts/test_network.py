"""Where a request comes from: only the trusted hop counts, whatever the client writes (R36)."""

import dataclasses

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from matricule.accounts.network import network_of
from matricule.core import config


def seen_from(address: str, **headers: str) -> str:
    return network_of(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_the_network_is_coarse(address, network):
    assert seen_from(address) == network


def test_what_the_client_writes_is_ignored_without_a_proxy():
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    assert seen_from("192.0.2.1", **headers) == "192.0.2.0/24"


@pytest.mark.parametrize(
    ("hops", "forwarded", "network"),
    [
        (1, "198.51.100.7", "198.51.100.0/24"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.0/24"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.0/24"),
        (2, "198.51.100.7", "192.0.2.0/24"),
        (1, "", "192.0.2.0/24"),
        (1, "198.51.100.7:4711", "unknown"),
    ],
)
def test_behind_proxies_only_the_trusted_hop_counts(monkeypatch, hops, forwarded, network):
    behind = dataclasses.replace(config.current(), proxies=hops)
    monkeypatch.setattr(config, "current", lambda: behind)
    assert seen_from("192.0.2.1", **{"X-Forwarded-For": forwarded}) == network


@given(st.text(max_size=60), st.text(alphabet="0123456789abcdef.:, ", max_size=60))
def test_no_header_raises(real, forwarded):
    request = RequestFactory().get("/")
    request.META.update(REMOTE_ADDR=real, HTTP_X_FORWARDED_FOR=forwarded)
    assert network_of(request)
