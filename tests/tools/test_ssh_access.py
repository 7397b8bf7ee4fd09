"""The key for publishing: written for nobody else to read, never shown, taken by a real ssh."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
HOSTS = "server.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN7iYPiGSbS9X8m7Z3yA0jJq4Vn3c6Bq3vQ9m8Wd"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "publish", "-f", path], check=True)
    return path.read_text()


def write(home: Path, **secrets: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **secrets}
    command = ["make", "--no-print-directory", "ssh-access"]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("pasted", ["as it is", "without its last line end", "with line ends of Windows"])
def test_ssh_takes_the_key_however_it_was_pasted(tmp_path: Path, key: str, pasted: str) -> None:
    if pasted != "as it is":
        key = key.rstrip("\n") if "last" in pasted else key.replace("\n", "\r\n")
    done = write(tmp_path, SSH_KEY=key, SSH_KNOWN_HOSTS=HOSTS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    folder = tmp_path / ".ssh"
    shown = subprocess.run(["ssh-keygen", "-y", "-f", folder / "id_publish"], capture_output=True, text=True)
    assert shown.returncode == 0 and shown.stdout.startswith("ssh-ed25519 ")
    found = subprocess.run(["ssh-keygen", "-F", "server.example", "-f", folder / "known_hosts"], capture_output=True)
    assert found.returncode == 0
    settings = subprocess.run(
        ["ssh", "-G", "-F", folder / "config", "server.example"], capture_output=True, text=True, check=True
    ).stdout
    assert "stricthostkeychecking true" in settings and "identitiesonly yes" in settings
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("missing", ["SSH_KEY", "SSH_KNOWN_HOSTS"])
def test_a_missing_secret_is_named_and_the_other_not_shown(tmp_path: Path, key: str, missing: str) -> None:
    secrets = {"SSH_KEY": key, "SSH_KNOWN_HOSTS": HOSTS, missing: ""}
    done = write(tmp_path, **secrets)
    assert done.returncode != 0
    assert f"{missing} is empty" in done.stderr
    assert "PRIVATE KEY" not in done.stdout + done.stderr and "ssh-ed25519" not in done.stdout + done.stderr
    assert not (tmp_path / ".ssh").exists()


def test_the_access_of_a_person_is_left_alone(tmp_path: Path, key: str) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host mine\n")
    assert write(tmp_path, SSH_KEY=key, SSH_KNOWN_HOSTS=HOSTS).returncode != 0
    assert (tmp_path / ".ssh" / "config").read_text() == "Host mine\n"
