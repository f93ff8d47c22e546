"""Jobs and emails."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

FAIL = "private.jobs_fail(text, bigint, text, boolean, integer)"

QUEUES = (
    SqlMutation(
        "tried_for_ever",
        "A job that fails too often is held.",
        (Rewrite(FAIL, "p_permanent or v_job.read_ct >= v_queue.max_attempts", "p_permanent"),),
        "functions/jobs.sql",
        "the tenth is the last",
    ),
    SqlMutation(
        "hopeless_jobs_tried",
        "A job that cannot succeed is held at once.",
        (Rewrite(FAIL, "p_permanent or "),),
        "functions/jobs.sql",
        "what cannot help is held at once",
    ),
    SqlMutation(
        "late_worker_settles",
        "A worker whose lease has run out settles nothing.",
        (
            Rewrite(
                "private.jobs_is_leased(text, bigint, integer)",
                " and v_attempt = coalesce(p_attempt, v_attempt)",
            ),
        ),
        "functions/jobs.sql",
        "nor call it done",
    ),
    SqlMutation(
        "replayed_twice",
        "A held job is settled once.",
        (Rewrite("private.resolve_held_job(bigint, text, text)", " and h.resolved_at is null"),),
        "functions/jobs.sql",
        "once",
    ),
    SqlMutation(
        "dropped_silently",
        "Dropping a job takes a reason.",
        (Rewrite("private.jobs_drop(bigint, text)", ") < 3", ") < 0"),),
        "functions/jobs.sql",
        "dropping takes a reason",
    ),
    SqlMutation(
        "periodic_twice",
        "A periodic task is run by one worker.",
        (Rewrite("private.run_periodic(text)", "for update skip locked"),),
        "race:test_periodic_task_runs_once_for_two_workers",
        "LockNotAvailable",
    ),
    SqlMutation(
        "email_key",
        "One email per template, entity and person.",
        (
            "alter table private.email_messages drop constraint email_messages_once_key",
            Rewrite(
                "private.queue_email(text, uuid, uuid)",
                "on conflict (template, entity_id, user_id) do nothing",
            ),
        ),
        "functions/emails.sql",
        "asked for twice, it is one",
    ),
    SqlMutation(
        "email_sent_again",
        "An email is sent once: the first id counts.",
        (Rewrite("private.email_sent(uuid, text)", " and m.state = 'queued'"),),
        "functions/emails.sql",
        "once",
    ),
)
