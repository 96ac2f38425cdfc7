"""What the cluster is configured with."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from sandbox.cluster import certificates, control_groups, layout, node, pause, plan
from sandbox.cluster.supervisor import Daemon
from sandbox.namespaced import NamespacedProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox's cluster is for Linux")


def test_every_name_in_the_configuration_is_filled_in() -> None:
    files = plan.files()
    assert not [name for name, content in files.items() if "$" in content]
    planned = tomllib.loads(files["plan.toml"])
    assert {Daemon(**daemon).name for daemon in planned["daemons"]} >= {"etcd", "apiserver", "kubelet", "coredns"}
    tomllib.loads(files["containerd.toml"])
    kubelet = yaml.safe_load(files["kubelet.yaml"])
    assert kubelet["cgroupRoot"] == f"/{layout.NAME}"
    assert len(list(yaml.safe_load_all(files["additions.yaml"]))) == 3
    assert all(f"{file}" in files for file in ("proxy.yaml", "Corefile", "resolv.conf", "pods.conflist"))


def test_the_names_of_the_clouds_registries_lead_to_the_nodes_own() -> None:
    files = plan.files()
    hosts = files["hosts"].splitlines()[1].split()
    assert hosts[0] == layout.NODE_ADDRESS
    assert {"registry.digitalocean.com", "123456789012.dkr.ecr.eu-central-1.amazonaws.com"} < set(hosts), (
        "a rehearsal would push to a real registry"
    )
    registry = yaml.safe_load(files["registry.yml"])
    assert registry["http"]["addr"] == f"{layout.NODE_ADDRESS}:443"
    assert "htpasswd" in registry["auth"], "anybody could push"


def test_an_engine_that_is_there_is_not_put_out_by_debians(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert "docker.io" in plan.packages()
    monkeypatch.setattr("shutil.which", lambda program: f"/usr/bin/{program}")
    assert "docker.io" not in plan.packages()


def test_an_interface_name_is_short_enough() -> None:
    assert len(layout.NAME) <= 15


@pytest.mark.parametrize("network", ["10.243.0.0/16", "10.243.0.1/24", "everything"])
def test_a_wrong_network_is_told_in_a_sentence(network: str, tmp_path: Path) -> None:
    environment = os.environ | {"RAILBED_SANDBOX_NETWORK": network, "RAILBED_SANDBOX_STATE": str(tmp_path)}
    asked = subprocess.run(
        [sys.executable, "-c", "import sandbox.cluster"], env=environment, capture_output=True, text=True, check=False
    )
    assert f"RAILBED_SANDBOX_NETWORK is not a /24 network: {network}" in asked.stderr


def test_a_started_network_is_kept_without_the_variable(tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "node-network").write_text("10.249.9.0/24")
    environment = os.environ | {"RAILBED_SANDBOX_STATE": str(tmp_path)}
    code = "from sandbox.cluster import NODE_ADDRESS; print(NODE_ADDRESS)"
    asked = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "10.249.9.2"


def test_certificates_are_verified_kept_and_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_FOLDER", tmp_path)
    certificates.issue()
    chain = ["openssl", "verify", "-CAfile", str(tmp_path / "ca.crt"), "-verify_ip", layout.NODE_ADDRESS]
    for server in ("apiserver", "kubelet", "registry"):
        subprocess.run([*chain, str(tmp_path / f"{server}.crt")], check=True, capture_output=True)
    kubeconfig = yaml.safe_load((tmp_path / "admin.kubeconfig").read_text())
    assert kubeconfig["clusters"][0]["cluster"]["server"] == layout.API_SERVER
    assert (tmp_path / "admin.kubeconfig").stat().st_mode & 0o77 == 0

    first, accounts = (tmp_path / "ca.crt").read_text(), (tmp_path / "service-accounts.key").read_text()
    certificates.issue()
    assert (tmp_path / "ca.crt").read_text() == first
    monkeypatch.setattr(certificates, "_RENEWED_BEFORE", 366 * 86400)
    certificates.issue()
    assert (tmp_path / "ca.crt").read_text() != first
    assert (tmp_path / "service-accounts.key").read_text() == accounts


def test_a_process_with_the_number_of_an_earlier_node_is_not_the_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tmp_path / "node.json"
    monkeypatch.setattr(node, "_PROCESS", NamespacedProcess(tmp_path, []))
    assert node.running() is None
    own_start = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    record.write_text(f'{{"pid": {os.getpid()}, "started": {own_start}}}')
    assert node.running() == os.getpid()
    record.write_text(f'{{"pid": {os.getpid()}, "started": {int(own_start) - 1}}}')
    assert node.running() is None
    node.end()
    record.write_text("cut off in the mid")
    assert node.running() is None


def test_control_groups_that_are_not_there_count_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_groups, "NAME", "railbed-no-such-group")
    assert (control_groups.memory_bytes(), control_groups.processor_seconds()) == (0, 0)
    control_groups.remove()


def test_the_pause_image_runs_nothing_but_sleep() -> None:
    assert pause.IMAGE == "railbed.sandbox/pause:1"
