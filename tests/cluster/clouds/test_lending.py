"""What the sandbox lends to the stand-ins of clouds: as a cloud's own it takes TLS and a password only, and keeps its data."""

import json
import socket
import ssl
import subprocess
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from sandbox import cluster, lending
from sandbox.cluster import certificates
from sandbox.lending.cluster import NAMESPACE
from tests.cluster.waiting import eventually

PASSWORD = "it's a \\ password"


@pytest.fixture
def name(variables: dict[str, str]) -> Iterator[str]:
    """A name to lend under; nothing of it is left after the test."""
    name = f"t{uuid.uuid4().hex[:8]}"
    yield name
    lending.take_back(name)
    eventually(lambda: not objects(name), "what was lent is gone", seconds=90)


def objects(name: str) -> str:
    kinds = "statefulset,deployment,pod,service,secret,pvc"
    return kubectl("get", kinds, "--selector", f"railbed.sandbox/lent={name}", "--output", "name").stdout


def kubectl(*arguments: str, text: str | None = None) -> "subprocess.CompletedProcess[str]":
    command = [str(cluster.binaries() / "kubectl"), f"--kubeconfig={cluster.kubeconfig()}", "--namespace", NAMESPACE]
    return subprocess.run([*command, *arguments], input=text, capture_output=True, text=True, check=False)


def ask_postgresql(name: str, lent: lending.Lent, password: str, statement: str, tls: str = "require") -> str:
    """The answer, or the error, that a client in a pod reads."""
    url = f"host={lent.host} port={lent.port} dbname=app user=owner sslmode={tls}"
    client = ["env", f"PGPASSWORD={password}", "psql", url, "--tuples-only", "--no-align", "--command", statement]
    done = kubectl("exec", f"statefulset/postgresql-{name}", "--", *client)
    return (done.stdout + done.stderr).strip()


def ask_redis(lent: lending.Lent, *commands: str) -> str:
    """The last answer that a client on this machine reads; it trusts nothing but the sandbox's certificates."""
    trusting = ssl.create_default_context(cafile=str(certificates.authority()))
    with (
        socket.create_connection((lent.host, lent.port), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname=lent.host) as connection,
    ):
        for command in commands:
            connection.sendall(f"{command}\r\n".encode())
            answer = connection.recv(4096).decode()
    return answer.strip()


def test_a_lent_postgresql_is_a_real_one_of_its_own(name: str) -> None:
    lent = lending.postgresql(name, "app", "owner", PASSWORD)
    assert ask_postgresql(name, lent, PASSWORD, "CREATE TABLE kept (number int)") == "CREATE TABLE"
    assert "password authentication failed" in ask_postgresql(name, lent, "wrong", "SELECT 1")
    assert "no encryption" in ask_postgresql(name, lent, PASSWORD, "SELECT 1", tls="disable")

    again = lending.postgresql(name, "app", "owner", "another")
    assert again == lent, "a change moves the database to another address"
    assert ask_postgresql(name, lent, "another", "SELECT count(*) FROM kept") == "0", "a change loses the data"
    assert "password authentication failed" in ask_postgresql(name, lent, PASSWORD, "SELECT 1")

    for _ in range(2):
        lending.add_database(name, "owner", "second")
    assert ask_postgresql(name, lent, "another", "SELECT datname FROM pg_database WHERE datname = 'second'") == "second"


def test_a_lent_redis_is_a_real_one_of_its_own(name: str) -> None:
    lent = lending.redis(name, "secret")
    assert ask_redis(lent, "AUTH default secret", "SET kept yes") == "+OK"
    assert ask_redis(lent, "GET kept").startswith("-NOAUTH"), "it answers without a password"
    assert lending.redis(name, "another") == lent
    eventually(lambda: "yes" in ask_redis(lent, "AUTH default another", "GET kept"), "the changed Redis has its data")


def test_a_lent_address_leads_to_a_port_of_the_node(name: str) -> None:
    address = lending.address(name)
    lending.forward(name, 6443)  # the API server, which refuses plain HTTP in an answer of its own
    answer = httpx.get(f"http://{address}/", timeout=10)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "HTTPS server" in answer.text


def test_a_claim_of_a_rehearsed_cluster_s_own_class_gets_a_volume(name: str) -> None:
    labels = {"railbed.sandbox/lent": name}
    claim: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": name,
        "resources": {"requests": {"storage": "1Mi"}},
    }
    pod = {
        "terminationGracePeriodSeconds": 0,
        "containers": [{"name": "main", "image": "railbed.sandbox/pause:1"}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": name}}],
    }
    kinds: list[dict[str, Any]] = [
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "provisioner": "ebs.csi.aws.com",
            "volumeBindingMode": "WaitForFirstConsumer",
        },
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": claim},
        {"apiVersion": "v1", "kind": "Pod", "spec": pod},
    ]
    objects = [{**kind, "metadata": {"name": name, "labels": labels}} for kind in kinds]
    manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    try:
        assert kubectl("apply", "--filename", "-", text=manifest).returncode == 0
        running = kubectl("wait", "pod", name, "--for=condition=Ready", "--timeout=60s")
        assert running.returncode == 0, "while an EKS is rehearsed no pod with a volume could start, whoever made it"
    finally:
        kubectl("delete", "--filename", "-", text=manifest)
