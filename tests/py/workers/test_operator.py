"""The `agora` command, as an operator types it."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from local.runtime import ROOT
from seeds.actors import Buyer, Seller, wait_for
from seeds.files import make_pdf
from tests.support.stack import Stack

Json = dict[str, Any]


def agora(
    stack: Stack, *arguments: str, role: str = "agora_operator", typed: str = "", **changed: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agora", *arguments],
        cwd=ROOT,
        env={**stack.environment(role), **changed},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def held_job(stack: Stack) -> tuple[str, str]:
    """A job that can never succeed; its id among the held ones, and the entity that it names."""
    entity = str(uuid.uuid4())
    stack.rows("select private.enqueue('email', %s)", [Jsonb({"id": entity})])
    job = wait_for(
        "the held job",
        lambda: stack.value(
            "select id from private.held_jobs where message ->> 'id' = %s", [entity]
        ),
    )
    return str(job), entity


def resolution(stack: Stack, job: str) -> Json:
    (row,) = stack.rows(
        "select resolution, resolution_note from private.held_jobs where id = %s", [job]
    )
    return row


def test_queues(stack: Stack) -> None:
    ran = agora(stack, "jobs", "queues")
    assert ran.returncode == 0
    assert ran.stdout.splitlines()[0].split() == [
        "queue",
        "ready",
        "leased",
        "held",
        "oldest_seconds",
    ]
    names = {line.split()[0] for line in ran.stdout.splitlines()[2:]}
    assert names >= {"stripe_events", "payments", "watermark", "email"}


def test_a_held_job_is_listed_and_dropped_with_a_reason(stack: Stack) -> None:
    job, entity = held_job(stack)
    listed = agora(stack, "jobs", "held", "--queue", "email")
    assert listed.returncode == 0
    (line,) = [line for line in listed.stdout.splitlines() if entity in line]
    assert line.split()[0] == job
    assert "no email" in line
    assert entity not in agora(stack, "jobs", "held", "--queue", "payments").stdout

    assert agora(stack, "jobs", "drop", job).returncode == 2
    refused = agora(stack, "jobs", "drop", job, "--reason", " ")
    assert refused.returncode == 1
    assert refused.stderr == "error: Say why the job may be dropped. (reason_required)\n"
    assert resolution(stack, job)["resolution"] is None

    dropped = agora(stack, "jobs", "drop", job, "--reason", "made by a test")
    assert dropped.returncode == 0
    assert resolution(stack, job) == {
        "resolution": "dropped",
        "resolution_note": "agora_operator: made by a test",
    }
    again = agora(stack, "jobs", "drop", job, "--reason", "made by a test")
    assert again.returncode == 1
    assert "job_not_held" in again.stderr
    assert entity not in agora(stack, "jobs", "held").stdout


def test_a_held_job_is_replayed(stack: Stack) -> None:
    job, entity = held_job(stack)
    replayed = agora(stack, "jobs", "replay", job)
    assert replayed.returncode == 0
    assert resolution(stack, job)["resolution"] == "replayed"
    wait_for(
        "its second end",
        lambda: (
            stack.value(
                "select count(*) from private.held_jobs where message ->> 'id' = %s", [entity]
            )
            == 2
        ),
    )
    assert agora(stack, "jobs", "replay", "999999999").returncode == 1


def test_ledger_and_trace(
    stack: Stack, seller: Seller, shop: Json, buyer: Buyer, tmp_path: Path
) -> None:
    product = seller.sell_pdf(shop["id"], "Traced", 1999)
    order = buyer.buy(product["variant"]["id"])
    (row,) = buyer.library()
    path = tmp_path / "found on the internet.pdf"
    path.write_bytes(buyer.fetch(buyer.token_for(row["order_item_id"])).content)

    book = agora(stack, "ledger", "--order", order["id"])
    assert book.returncode == 0
    assert "Balanced." in book.stdout
    assert "seller_payable" in book.stdout

    told = agora(stack, "trace", str(path))
    assert told.returncode == 0
    assert row["order_item_id"] in told.stdout
    found = json.loads(agora(stack, "trace", "--json", str(path)).stdout)
    assert found["found_by"] == "marks"
    (sale,) = found["sales"]
    assert sale["order_id"] == order["id"]
    assert set(sale["places"]) == {"rule", "steps", "piece", "id"}

    # Without the key the exact bytes are still known; with one byte more nothing is.
    keyless = json.loads(agora(stack, "trace", "--json", str(path), WATERMARK_KEY="").stdout)
    assert keyless["found_by"] == "fingerprint"
    assert keyless["sales"][0]["order_item_id"] == row["order_item_id"]
    path.write_bytes(path.read_bytes() + b"\n")
    assert agora(stack, "trace", str(path), WATERMARK_KEY="").returncode == 1
    assert agora(stack, "trace", str(path)).returncode == 0
    assert agora(stack, "trace", str(path), WATERMARK_KEY="00" * 32).returncode == 1


def test_an_unmarked_file_is_not_found(stack: Stack, tmp_path: Path) -> None:
    path = tmp_path / "other.pdf"
    path.write_bytes(make_pdf("Other", "Nobody", 2))
    ran = agora(stack, "trace", str(path))
    assert ran.returncode == 1
    assert "no mark found" in ran.stdout
    missing = agora(stack, "trace", str(tmp_path / "nothing.pdf"))
    assert missing.returncode == 2
    assert missing.stderr.startswith("error: ")


def test_an_unbalanced_ledger_is_said(stack: Stack, database: str) -> None:
    """Where the database's own check was taken away, the report still tells."""
    with stack.connect("supabase_admin", database) as admin:
        admin.execute("alter table private.ledger_entries disable trigger all")
        admin.execute("alter table private.ledger_transactions disable trigger all")
        admin.execute(
            "with t as (insert into private.ledger_transactions "
            "(kind, reference, order_id, currency) "
            "values ('sale', 'sale:test', gen_random_uuid(), 'usd') returning id) "
            "insert into private.ledger_entries (transaction_id, account_id, currency, amount) "
            "select t.id, private.ledger_account('stripe_balance', null, 'usd'), 'usd', 5 from t"
        )
    ran = agora(stack, "ledger", DATABASE_URL=stack.layout.dsn("agora_operator", database))
    assert ran.returncode == 1
    assert "NOT BALANCED" in ran.stdout


def test_the_operator_may_not_do_what_is_not_his(stack: Stack) -> None:
    ran = agora(stack, "sql", "-c", "select * from private.ledger_entries")
    assert ran.returncode == 1
    assert "permission denied" in ran.stdout
    other = agora(stack, "jobs", "queues", role="agora_webhooks")
    assert other.returncode == 1
    assert other.stderr.startswith("error: this login may not do that")


def test_sql(stack: Stack) -> None:
    url = stack.layout.dsn("postgres")
    one = agora(stack, "sql", "-c", "select 1 as a, null as b, 'x' as c", DATABASE_URL=url)
    assert one.returncode == 0
    assert one.stdout.splitlines() == ["a  b  c", "-  -  -", "1     x", "(1 row)"]
    typed = "select 1\n  + 1 as two;\nselect nonsense;\nselect 3 as three;\n"
    many = agora(stack, "sql", DATABASE_URL=url, typed=typed)
    assert many.returncode == 1
    assert "two" in many.stdout
    assert "error: " in many.stdout
    assert "three" in many.stdout
    assert agora(stack, "sql", DATABASE_URL=url, typed="\\dt\n").stdout.count("orders") >= 1


@pytest.mark.parametrize(
    ("arguments", "changed", "code"),
    [
        (["jobs", "queues"], {"DATABASE_URL": ""}, 2),
        (["jobs", "queues"], {"DATABASE_URL": "postgresql://x@127.0.0.1:9/x"}, 3),
        (["jobs", "queues"], {"DATABASE_URL": "not a url"}, 2),
        (["ledger", "--order", "12"], {}, 2),
        (["trace", os.devnull], {"WATERMARK_KEY": "short"}, 2),
        (["jobs"], {}, 2),
        (["nonsense"], {}, 2),
    ],
)
def test_wrong_use_is_told_plainly(
    stack: Stack, arguments: list[str], changed: dict[str, str], code: int
) -> None:
    ran = agora(stack, *arguments, **changed)
    assert ran.returncode == code
    assert "error: " in ran.stderr
    assert "Traceback" not in ran.stderr
