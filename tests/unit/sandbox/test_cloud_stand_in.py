"""The stand-ins of clouds, asked as the engine asks them: what they refuse, and what they remember."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from sandbox.providers.cloud import CloudProvider
from sandbox.providers.digitalocean.answers import DIGITALOCEAN
from sandbox.providers.ledger import Ledger
from sandbox.providers.properties import dump, load
from sandbox.providers.server import serve

VPC = {"name": "shop", "region": "fra1"}
CLUSTER = {
    "name": "shop",
    "region": "fra1",
    "version": "1.35",
    "nodePool": {"name": "first", "size": "s-1vcpu-2gb", "nodeCount": 1},
}
DATABASE = {"name": "data", "engine": "pg", "version": "17", "region": "fra1", "nodeCount": 1}


class Engine:
    """Asks the stand-in of DigitalOcean."""

    def __init__(self, stub: Any) -> None:
        self._ask = stub
        self._ask.Configure(protocol.ConfigureRequest(args=dump({})))

    @staticmethod
    def urn(kind: str) -> str:
        return f"urn:pulumi:test::shop::digitalocean:index/{kind[0].lower()}{kind[1:]}:{kind}::shop"

    def failures(self, kind: str, inputs: dict[str, Any]) -> dict[str, str]:
        """What a preview would be told of wrong inputs."""
        answer = self._ask.Check(protocol.CheckRequest(urn=self.urn(kind), news=dump(inputs), olds=dump({})))
        return {failure.property: failure.reason for failure in answer.failures}

    def create(self, kind: str, inputs: dict[str, Any]) -> str:
        return str(self._ask.Create(protocol.CreateRequest(urn=self.urn(kind), properties=dump(inputs))).id)

    def refusal(self, kind: str, inputs: dict[str, Any]) -> str:
        with pytest.raises(grpc.RpcError) as refused:
            self.create(kind, inputs)
        return str(refused.value.details())

    def delete(self, kind: str, identity: str) -> None:
        self._ask.Delete(protocol.DeleteRequest(id=identity, urn=self.urn(kind), properties=dump({})))

    def outputs(self, kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
        return load(self._ask.Create(protocol.CreateRequest(urn=self.urn(kind), properties=dump(inputs))).properties)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "clouds"


def started(folder: Path) -> Iterator[Engine]:
    server, port = serve(CloudProvider(DIGITALOCEAN, Ledger(folder)))
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(ResourceProviderStub(channel))
    server.stop(grace=None).wait()


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    yield from started(folder)


def test_a_region_or_size_that_does_not_exist_is_told_in_the_preview(engine: Engine) -> None:
    assert "fra1" in engine.failures("Vpc", {**VPC, "region": "mar1"})["region"], "the error names the regions there are"
    assert "invalid size" in engine.failures("DatabaseCluster", {**DATABASE, "size": "s-1vcpu-1gb"})["size"]
    assert "invalid size" in engine.failures("KubernetesNodePool", {"clusterId": "x", "size": "m7i.large"})["size"]
    assert engine.failures("Vpc", VPC) == {}
    assert engine.failures("DatabaseCluster", {**DATABASE, "size": "db-s-2vcpu-4gb"}) == {}


def test_what_is_missing_is_told_as_the_sdk_would(engine: Engine) -> None:
    assert "is required" in engine.failures("KubernetesCluster", {"region": "fra1"})["version"]
    assert "Invalid or unknown key" in engine.failures("Vpc", {**VPC, "zone": "a"})["zone"]


def test_a_reference_to_what_is_not_there_is_refused(engine: Engine) -> None:
    assert "there is no Vpc nowhere" in engine.refusal("KubernetesCluster", {**CLUSTER, "vpcUuid": "nowhere"})
    vpc = engine.create("Vpc", VPC)
    assert "there is no KubernetesCluster" in engine.refusal("KubernetesNodePool", {"clusterId": vpc, "size": "s-1vcpu-2gb"})
    engine.create("KubernetesCluster", {**CLUSTER, "vpcUuid": vpc})
    engine.delete("Vpc", vpc)
    assert "there is no Vpc" in engine.refusal("DatabaseCluster", {**DATABASE, "privateNetworkUuid": vpc})


def test_a_name_can_be_taken_once(engine: Engine) -> None:
    first = engine.create("DatabaseCluster", DATABASE)
    assert "already in use" in engine.refusal("DatabaseCluster", DATABASE)
    engine.delete("DatabaseCluster", first)
    engine.create("DatabaseCluster", DATABASE)


def test_the_next_command_of_pulumi_finds_what_an_earlier_one_made(folder: Path) -> None:
    for engine in started(folder):
        vpc = engine.create("Vpc", VPC)
    for engine in started(folder):
        engine.create("KubernetesCluster", {**CLUSTER, "vpcUuid": vpc})


def test_secrets_are_not_written_down(folder: Path, engine: Engine) -> None:
    hidden = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "a-secret"}
    engine.create("Certificate", {"name": "own", "type": "custom", "privateKey": hidden})
    written = "".join(file.read_text() for file in folder.glob("*.json"))
    assert "own" in written
    assert "a-secret" not in written


def test_without_a_cluster_the_answers_are_only_written_down(engine: Engine) -> None:
    assert engine.outputs("DatabaseCluster", DATABASE)["host"].endswith(".db.ondigitalocean.com")
