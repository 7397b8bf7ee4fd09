"""Real servers for tests, each a process of its own on loopback: nginx, sshd, an S3 API."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from macros.outputs.headers import write_nginx

_SYSTEM_PATH = f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"
_BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def find_program(name: str) -> str:
    """The path of a program, which may stand where only root's PATH looks."""
    path = shutil.which(name, path=_SYSTEM_PATH)
    if path is None:
        pytest.fail(f"No {name}. `make test` installs it.", pytrace=False)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a server accepts connections."""
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(log.read_text())


@contextlib.contextmanager
def run_server(command: list[str | Path], port: int, log: Path, **environment: str) -> Iterator[None]:
    """Run a server until the block ends."""
    with log.open("ab") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **environment})
    try:
        wait_for(port, server, log)
        yield
    finally:
        server.terminate()
        server.wait(60)


def has_brotli() -> bool:
    """Whether nginx can send `.br` files: on Debian a package of its own."""
    return _BROTLI.exists()


def write_nginx_settings(folder: Path, site: Path, port: int, path: str = "/") -> Path:
    """Settings of an nginx that keeps everything of its own in `folder` and serves `site` below `path`."""
    (folder / "headers.conf").write_text(write_nginx(path))
    settings = folder / "nginx.conf"
    temporary = "\n".join(
        f"  {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    place = f"root {site};" if path == "/" else f"location {path} {{ alias {site}/; }}"
    settings.write_text(f"""
{user}
{f"load_module {_BROTLI};" if has_brotli() else ""}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
{temporary}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  types {{
    text/html html; text/css css; text/javascript js; image/svg+xml svg; font/woff2 woff2; image/png png;
    image/avif avif; image/webp webp; image/x-icon ico; application/json json; text/xml xml; text/csv csv;
    text/plain txt; application/wasm pagefind;
  }}
  charset utf-8;
  gzip_static on;
  {"brotli_static on;" if has_brotli() else ""}
  server {{
    listen 127.0.0.1:{port};
    {place}
    include {folder}/headers.conf;
    error_page 404 {path}404.html;
    location {path}en/ {{ {"" if path == "/" else f"alias {site}/en/;"} error_page 404 {path}en/404.html; }}
  }}
}}
""")
    return settings


@contextlib.contextmanager
def run_nginx(folder: Path, site: Path, path: str = "/") -> Iterator[int]:
    """Serve a folder by nginx; yields the port."""
    port, log = free_port(), folder / "error.log"
    settings = write_nginx_settings(folder, site, port, path)
    with run_server([find_program("nginx"), "-p", folder, "-c", settings, "-e", log], port, log):
        yield port


@dataclass(frozen=True)
class Sshd:
    """A running sshd. `shell` is the RSYNC_RSH that logs in at any port of this machine with the test's own keys.

    `small_shell` does the same, but no file may become larger than two kilobytes: the disk is as good as full.
    """

    port: int
    shell: str
    small_shell: str


def _make_key(path: Path) -> str:
    subprocess.run([find_program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path.with_suffix(".pub").read_text()


def _punishes() -> bool:
    """Whether this sshd keeps off clients that break off, as killed publishers do."""
    version = subprocess.run([find_program("ssh"), "-V"], capture_output=True, text=True).stderr
    found = re.search(r"OpenSSH_(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= (9, 8)


@contextlib.contextmanager
def run_sshd(folder: Path) -> Iterator[Sshd]:
    """Run an sshd with host key, port and login of its own; whoever soon logs in again shares a connection."""
    host_key = _make_key(folder / "host")
    (folder / "known_hosts").write_text(f"cluster-test {host_key}")
    small = r"""trap '' XFSZ; ulimit -f 4; eval \"$SSH_ORIGINAL_COMMAND\" """.strip()
    (folder / "authorized").write_text(_make_key(folder / "user") + f'command="{small}" {_make_key(folder / "small")}')
    for user in ("user", "small"):
        (folder / f"{user}.conf").write_text(f"""
Host *
  HostKeyAlias cluster-test
  UserKnownHostsFile {folder}/known_hosts
  IdentityFile {folder}/{user}
  IdentitiesOnly yes
  ControlMaster auto
  ControlPath {folder}/{user}-%p
  ControlPersist 5
""")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    options = {
        "ListenAddress": "127.0.0.1",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "authorized",
        "PidFile": "none",
        "UsePAM": "no",
        "StrictModes": "no",
        "PermitRootLogin": "prohibit-password",
        "MaxStartups": "1000",
        # bash reads ~/.bashrc under sshd too: what stands there belongs to whoever runs the tests, and may take long.
        "SetEnv": f"HOME={folder} PATH={_SYSTEM_PATH}",
        # The newer ones take an eighth of a second of the processor for each connection.
        "KexAlgorithms": "curve25519-sha256",
        **({"PerSourcePenalties": "no"} if _punishes() else {}),
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    log = folder / "sshd.log"
    with run_server([find_program("sshd"), "-D", "-e", "-f", "/dev/null", "-p", str(port), *words], port, log):
        yield Sshd(port, f"ssh -F {folder}/user.conf", f"ssh -F {folder}/small.conf")


@contextlib.contextmanager
def run_s3(folder: Path) -> Iterator[str]:
    """Run moto's server, which speaks the S3 API; yields its address."""
    port = free_port()
    log = folder / "s3.log"
    command: list[str | Path] = [sys.executable, "-W", "ignore", Path(__file__).with_name("s3_server.py"), str(port)]
    with run_server(command, port, log):
        yield f"http://127.0.0.1:{port}"
