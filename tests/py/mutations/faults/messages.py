"""Faults of the workers: emails, events, jobs."""

from tests.py.mutations.mutation import CodeMutation

MESSAGES = (
    CodeMutation(
        "email_without_key",
        "A message that is handed over again arrives once.",
        "workers/handlers/email.py",
        'resend.Emails.send(message, {"idempotency_key": key})',
        "resend.Emails.send(message)",
        "tests/py/workers/test_sending.py::test_the_key_goes_with_the_message",
    ),
    CodeMutation(
        "markup_in_emails",
        "A title is text.",
        "workers/rendering.py",
        'select_autoescape(["html"])',
        "False",
        "tests/py/workers/test_rendering.py::test_titles_are_text_and_not_markup",
    ),
    CodeMutation(
        "headers_from_titles",
        "A subject is one line.",
        "workers/rendering.py",
        '" ".join(subject.split())',
        "subject",
        "tests/py/workers/test_rendering.py::test_the_subject_is_one_line",
    ),
    CodeMutation(
        "forged_event_ids",
        "An event's id is its number in the log.",
        "workers/batches.py",
        '{**data, "event_id": event_id}',
        '{"event_id": event_id, **data}',
        "tests/py/workers/test_batches.py::test_the_event_id_goes_with_the_data",
    ),
    CodeMutation(
        "hopeless_jobs_tried",
        "A job that can never succeed is held at once.",
        "workers/job.py",
        '_HOPELESS = {"22000", ',
        "_HOPELESS = {",
        "tests/py/workers/test_units.py::test_which_failures_are_hopeless",
    ),
    CodeMutation(
        "others_accounts",
        "An event of a connected account is about that account.",
        "workers/handlers/stripe_events.py",
        '        event.get("account"),\n',
        "",
        "tests/py/workers/test_units.py::test_the_account_of_an_event",
    ),
)
