"""Stores whose image is in a private registry: Kubernetes pulls it with the stack's credentials."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from railbed import Redis, RegistryCredentials
from sandbox import cluster
from sandbox.cluster import registry
from sandbox.images.catalogue import redis_image
from sandbox.images.oci import Image, write_archive
from tests.cluster.kubernetes_stack import KubernetesStack, kubectl, kubernetes_stack


@pytest.fixture
def stack(variables: dict[str, str], tmp_path: Path) -> Iterator[KubernetesStack]:
    if not cluster.ENGINE_SOCKET.exists():
        pytest.skip("not run: the cluster of one's own kubeconfig comes without a registry and a Docker engine")
    with kubernetes_stack(tmp_path, variables) as made:
        yield made


@pytest.fixture
def private_image(stack: KubernetesStack, tmp_path: Path) -> str:
    """Reference of an image of Redis that only the registry has, and only for its user."""
    found = redis_image()
    # A name of its own, so that no node has it from an earlier run.
    repository, tag = f"{cluster.REGISTRY}/stores-{uuid.uuid4().hex[:8]}", "7"
    archive = tmp_path / "redis.tar"
    write_archive(archive, [Image(f"{repository}:{tag}", found.layers, found.config)])
    engine = docker.DockerClient(base_url=f"unix://{cluster.ENGINE_SOCKET}", timeout=600)
    with archive.open("rb") as content:
        engine.images.load(content)
    login = {"username": registry.USERNAME, "password": registry.password()}
    for line in engine.images.push(repository, tag=tag, auth_config=login, stream=True, decode=True):
        assert "error" not in line, line
    engine.images.remove(f"{repository}:{tag}")
    engine.close()
    return f"{repository}:{tag}"


def test_a_store_is_pulled_with_the_credentials_of_its_registry(stack: KubernetesStack, private_image: str) -> None:
    def program() -> None:
        place: Any = {"namespace": stack.namespace}
        login: Any = {"server": cluster.REGISTRY, "username": registry.USERNAME, "password": registry.password(), **place}
        credentials = RegistryCredentials("registry", login)
        store: Any = {
            "image": private_image,
            "pull_secrets": [credentials.secret_name],
            "storage": "1Gi",
            "keep_data": False,
            "resources": {"cpu": "20m", "memory": "64Mi"},
            "kubeconfig": stack.variables["KUBECONFIG"],
            **place,
        }
        Redis("cache", store)

    outcome = stack.up(program)
    assert outcome.succeeded, f"the store's image could not be pulled: {outcome.text}"
    assert kubectl(stack, "get", "pod", "cache-0", "-o", "jsonpath={.spec.containers[0].image}") == private_image
    assert registry.password() not in stack.state_file()
