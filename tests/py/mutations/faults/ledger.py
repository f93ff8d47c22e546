"""The ledger, and history that is not rewritten."""

from tests.py.mutations.mutation import SqlMutation

LEDGER = (
    SqlMutation(
        "unbalanced_entries",
        "An entry that unbalances its transaction is refused.",
        ("drop trigger tg_ledger_entries__balanced on private.ledger_entries",),
        "functions/ledger.sql",
        "an entry more, later",
    ),
    SqlMutation(
        "empty_transactions",
        "A transaction without entries is refused.",
        ("drop trigger tg_ledger_transactions__balanced on private.ledger_transactions",),
        "functions/ledger.sql",
        "no entry",
    ),
    SqlMutation(
        "balance_seen_as_invoker",
        "The balance is checked as the owner, whoever commits.",
        ("alter function private.tg_ledger_balanced() security invoker",),
        "functions/ledger.sql",
        "an unbalanced posting is refused at commit of anon",
    ),
    SqlMutation(
        "ledger_reference_key",
        "A movement is posted once.",
        (
            (
                "alter table private.ledger_transactions "
                "drop constraint ledger_transactions_reference_key"
            ),
        ),
        "functions/ledger.sql",
        "the same movement twice",
    ),
    SqlMutation(
        "currency_of_transaction",
        "An entry has its transaction's currency.",
        (
            (
                "alter table private.ledger_entries "
                "drop constraint ledger_entries_transaction_id_currency_fkey"
            ),
        ),
        "functions/ledger.sql",
        "an entry in another currency than its transaction",
    ),
    SqlMutation(
        "entries_are_edited",
        "Entries are append-only.",
        ("drop trigger tg_ledger_entries__append_only on private.ledger_entries",),
        "functions/append_only.sql",
        "ledger_entries: delete",
    ),
    SqlMutation(
        "attempts_are_truncated",
        "The log of downloads cannot be emptied.",
        ("drop trigger tg_download_attempts__no_truncate on private.download_attempts",),
        "functions/append_only.sql",
        "download_attempts: truncate",
    ),
    SqlMutation(
        "payments_unaudited",
        "A payment's changes are in the audit log.",
        ("drop trigger tg_payments__audit on public.payments",),
        "functions/audit.sql",
        "payments",
    ),
)
