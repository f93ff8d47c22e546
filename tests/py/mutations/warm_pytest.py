"""pytest in a forked child for each request, so that libraries are imported once and not each time.

`python tests/py/mutations/warm_pytest.py` in the folder whose tests are meant. Each line of
standard input is a JSON list of pytest's arguments; each answer is a JSON line: code, output.
Nothing of the project is imported before the fork: the files may change in between.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback

import pytest

LIBRARIES = (
    "aiohttp",
    "anyio.pytest_plugin",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "flask",
    "gunicorn",
    "httpx",
    "hypothesis.strategies",
    "jinja2",
    "jwt",
    "pikepdf",
    "prometheus_client",
    "psycopg_pool",
    "pusher",
    "pydantic_settings",
    "reportlab.pdfgen.canvas",
    "resend",
    "stripe",
    "structlog",
    "supabase",
)


def answer(arguments: list[str]) -> dict[str, object]:
    """Run pytest with these arguments in a child."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                code = int(pytest.main(arguments))
                sys.stdout.flush()
            except BaseException:  # noqa: BLE001 - this child ends here, whatever happens
                os.write(2, traceback.format_exc().encode())
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return {"code": os.waitstatus_to_exitcode(status), "output": text}


def main() -> None:
    """Answer until standard input ends."""
    sys.path[0] = os.getcwd()  # noqa: PTH109 - what `python -m pytest` puts there
    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
