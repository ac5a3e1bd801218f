"""What PostgreSQL does for a call: its statements, and the plan of each (EXPLAIN), for proofs about growth."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Statement:
    """One statement that a call sent, with the values it sent."""

    sql: str
    values: Any

    def plan(self) -> dict[str, Any]:
        """Return the plan that PostgreSQL would follow now."""
        with connection.cursor() as cursor:
            cursor.execute(f"explain (format json) {self.sql}", self.values)
            found = cursor.fetchone()[0]
        return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]

    def walked(self) -> int:
        """Return how many rows PostgreSQL looks at for it now, those that a filter throws away with the others."""
        with connection.cursor() as cursor:
            cursor.execute(f"explain (analyze, timing off, format json) {self.sql}", self.values)
            found = cursor.fetchone()[0]
        plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
        return sum(
            round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
            for node in nodes(plan)
            if "Scan" in node["Node Type"]
        )


def statements(call: Callable[[], object]) -> list[Statement]:
    """Return the SELECTs that ``call`` sends."""
    seen: list[Statement] = []

    def keep(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        seen.append(Statement(sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(keep):
        call()
    return [one for one in seen if one.sql.lstrip().lower().startswith("select")]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every node of a plan."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def scanned(plan: dict[str, Any]) -> set[str]:
    """Return the tables that a plan reads from end to end."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


def shape(plan: dict[str, Any]) -> list[str]:
    """Return what a plan does, node by node, with the index that it uses and without any number."""
    return [
        f"{node['Node Type']} {node.get('Index Name', node.get('Relation Name', ''))}".strip() for node in nodes(plan)
    ]


def join_by_hash() -> None:
    """Let no statement of this transaction join by loops: no statistics see the rows that it made.

    PostgreSQL counted the tables after tests that rolled theirs back, and takes them for empty: a hundred requests
    then cost the reconcilers' joins a minute in place of a quarter of a second.
    """
    with connection.cursor() as cursor:
        cursor.execute("set local enable_nestloop = off")


def analyse(*databases: str) -> None:
    """Let PostgreSQL count and clean, as its own daemon does in time; only the owner of a cluster may at once."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    for name in databases:
        address = make_conninfo(os.environ["MATRICULE_TEST_ADMIN_URL"], dbname=name)
        with psycopg.connect(address, autocommit=True) as link:
            link.execute("vacuum analyze")
