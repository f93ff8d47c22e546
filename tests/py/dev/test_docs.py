"""What the documents say exists, exists; and the client's guide does what it says."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from agora.cli import main
from agora.settings import Settings
from local.environment import product_environment
from local.runtime import ROOT
from seeds.files import make_pdf
from tests.support.stack import Stack

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
ADRS = sorted((DOCS / "adr").glob("*.md"))
TOP = {path.name for path in ROOT.iterdir()} - {".git", "node_modules", ".venv", ".agora"}
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def _text(name: str) -> str:
    return (ROOT / name).read_text()


def _prose(name: str) -> str:
    """A page without its fenced and indented code."""
    text = re.sub(r"^```.*?^```", "", _text(name), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(?<=\n\n)(?: {4}.*\n+)+", "", text)


def _anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", _prose(name)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent.joinpath(path).resolve() if path else ROOT / name
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
            assert anchor in {_anchor(heading) for heading in headings}, link


@pytest.mark.parametrize("name", NAMES)
def test_paths_exist(name: str) -> None:
    for quoted in re.findall(r"`([^`\n]+)`", _prose(name)):
        first = quoted.split("/", 1)[0]
        if first not in TOP or not re.fullmatch(r"[\w.\-/<>*]+", quoted):
            continue
        pattern = re.sub(r"<\w+>", "*", quoted.rstrip("/"))
        assert any(ROOT.glob(pattern)), f"{name}: {quoted}"


def test_every_page_is_in_the_index() -> None:
    index = _text("docs/README.md")
    for page in PAGES[1:]:
        if page != DOCS / "README.md":
            assert f"]({page.relative_to(DOCS)})" in index, page


def test_make_targets() -> None:
    makefile = _text("Makefile")
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert described
    assert described <= set(phony.split())
    listed = {
        re.findall(r"`make ([a-z-]+)", row[0])[0] for row in _rows(_text("README.md"), "Commands")
    }
    assert listed == described
    for name in NAMES:
        named = set(re.findall(r"(?:`| {4}|^)make ([a-z-]+)", _text(name), re.MULTILINE))
        assert named <= described, f"{name}: {named - described}"


def test_settings_are_documented() -> None:
    """Both ways: the table of docs/deploy.md has every setting and no other."""
    wanted = {field.upper() for field in Settings.model_fields}
    listed = {
        variable
        for row in _rows(_text("docs/deploy.md"), "Settings")
        for variable in re.findall(r"`([A-Z_]+)`", row[0])
    }
    assert listed == wanted


def test_other_variables_are_documented() -> None:
    """Those that gunicorn's configuration and the workers read beside the settings."""
    deploy = _text("docs/deploy.md")
    for folder in ("webhooks", "workers"):
        for path in (ROOT / folder).rglob("*.py"):
            for variable in re.findall(r"\"((?:WEBHOOKS|WORKERS)_[A-Z_]+)\"", path.read_text()):
                assert f"`{variable}`" in deploy, variable


def test_where_is_the_rule() -> None:
    rows = _rows(_text("docs/ARCHITECTURE.md"), "Where is the rule?")
    assert len(rows) >= 5
    for question, link, word in rows:
        (path,) = re.findall(r"\]\(([^)]+)\)", link)
        assert question.endswith("?")
        assert word.strip("`") in (DOCS / path).read_text(), question


def test_decisions() -> None:
    numbers = [int(path.name[:4]) for path in ADRS]
    assert numbers == list(range(1, len(ADRS) + 1))
    for path in ADRS:
        text = path.read_text()
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Check"], path.name
        assert text.startswith(f"# {path.name[:4]} "), path.name
        check = text.split("**Check.**")[1]
        named = [quoted for quoted in re.findall(r"`([^`]+)`", check) if "/" in quoted]
        assert named, path.name
        assert all((ROOT / quoted).exists() for quoted in named), path.name


def test_rpcs_and_routes_exist() -> None:
    functions = "".join(path.read_text() for path in (ROOT / "supabase/functions").glob("*.sql"))
    rpcs = set(re.findall(r"function public\.(\w+)\(", functions))
    routes = "".join(path.read_text() for path in (ROOT / "webhooks").glob("*.py"))
    served = {re.sub(r"<[^>]+>", "*", rule) for rule in re.findall(r"\"(/v1/[^\"]+)\"", routes)}
    for name in NAMES:
        text = _text(name)
        called = set(re.findall(r"rpc/(\w+)|rpc\(\"(\w+)\"", text))
        assert {one or other for one, other in called} <= rpcs, name
        for path in re.findall(r"(?:GET|POST) (/v1/[\w/{}.-]+)", text):
            assert re.sub(r"\{\w+\}", "*", path) in served, f"{name}: {path}"


def test_commands_exist() -> None:
    """Each `agora …` line of the operator's guide is one that the command knows."""
    lines = re.findall(r"^ {4}agora ([a-z ]+)", _text("docs/operator.md"), re.MULTILINE)
    assert {"jobs", "trace"} <= {line.split()[0] for line in lines}
    for line in lines:
        words = line.split()[: 2 if line.startswith("jobs") else 1]
        with pytest.raises(SystemExit) as end:
            main([*words, "--help"])
        assert end.value.code == 0, line


def test_demo_logins() -> None:
    logins = json.loads(_text("seeds/demo.json"))["logins"]
    rows = _rows(_text("README.md"), "Demo logins")
    assert [row[:2] for row in rows] == [[login["email"], login["password"]] for login in logins]


def test_installation_is_by_the_lock() -> None:
    """docs/adr/0009: what `npm ci` would have refused."""
    makefile = _text("Makefile")
    assert "npm install --no-save" in makefile
    assert "@npm ci" not in makefile
    lock = json.loads(_text("package-lock.json"))["packages"]
    for name, version in json.loads(_text("package.json"))["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+(?:-[\w.]+)?", version), name
        assert lock[f"node_modules/{name}"]["version"] == version
        assert lock[""]["dependencies"][name] == version
    assert [name for name, package in lock.items() if name and "integrity" not in package] == []


def test_limits_of_the_guide(stack: Stack) -> None:
    found = {
        re.findall(r"`(\w+)`", row[0])[0]: (int(row[1]), row[2])
        for row in _rows(_text("docs/client.md"), "Limits")
    }
    with stack.connect("postgres") as connection:
        rules = connection.execute("select route, burst, period from private.rate_rules").fetchall()
    periods = {"0:01:00": "1 minute", "1:00:00": "1 hour", "1 day, 0:00:00": "1 day"}
    assert found == {row["route"]: (row["burst"], periods[str(row["period"])]) for row in rules}


def test_the_clients_guide_runs(stack: Stack, tmp_path: Path) -> None:
    """All its JavaScript that is not for a browser, as one program: a shop, a sale, a download."""
    blocks = re.findall(
        r"^```js (\w+)\n(.*?)^```", _text("docs/client.md"), re.DOTALL | re.MULTILINE
    )
    assert {kind for kind, _ in blocks} == {"setup", "selling", "buying", "browser"}
    program = "".join(code for kind, code in blocks if kind != "browser")
    (tmp_path / "book.pdf").write_bytes(make_pdf("Folding boats", "Paper Boat", 3))
    end = "console.log(JSON.stringify([order.status, copy.byteLength]));\nprocess.exit(0);\n"
    ran = subprocess.run(
        ["node", "--experimental-websocket", "--input-type=module"],
        input=program + end,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=90,
        env={
            **os.environ,
            **product_environment(stack.layout, "agora_operator"),
            "PDF": str(tmp_path / "book.pdf"),
            "STRIPE_PUBLISHABLE_KEY": stack.layout.credentials.stripe_publishable,
        },
    )
    assert ran.returncode == 0, ran.stderr
    status, size = json.loads(ran.stdout)
    assert status == "paid"
    assert size > (tmp_path / "book.pdf").stat().st_size
