"""What the Kubernetes stand-in takes for a change: of its own settings, and of an object. The real plugin answers the same."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.providers.kubernetes.difference import differences, normalized
from sandbox.providers.kubernetes.settings import Settings, replaced_by


def kubeconfig(**of_cluster: str) -> str:
    """The contents of a kubeconfig of one cluster."""
    entries = {
        "contexts": [{"name": "near", "context": {"cluster": "one", "user": "me"}}],
        "clusters": [{"name": "one", "cluster": {"server": "https://one.example:6443", **of_cluster}}],
        "users": [{"name": "me", "user": {"token": "of-me"}}],
    }
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": "near", **entries})


@pytest.mark.parametrize(
    "new",
    [
        {"kubeconfig": ""},
        {"kubeconfig": kubeconfig()},
        {"kubeconfig": "", "clusterIdentifier": "one"},
        {"kubeconfig": "", "clusterIdentifier": "another"},
        {},
    ],
)
def test_path_in_the_state_that_leads_nowhere_replaces_nothing(tmp_path: Path, new: dict[str, Any]) -> None:
    old = {"kubeconfig": str(tmp_path / "gone.yaml"), "clusterIdentifier": "one"}
    assert replaced_by(old, new) == [], "a moved kubeconfig replaces everything in the cluster"


def test_kubeconfig_is_never_quoted() -> None:
    settings = Settings.configured({"kubeconfig": "token: of-me: broken"})
    assert "kubeconfig" in settings.unreachable
    assert "of-me" not in settings.unreachable, "a token of the kubeconfig is in the output of `pulumi up`"


def test_same_cluster_written_differently(tmp_path: Path) -> None:
    path, certificate = tmp_path / "config", tmp_path / "ca.crt"
    certificate.write_text("authority")
    whole = kubeconfig(**{"certificate-authority-data": base64.b64encode(certificate.read_bytes()).decode()})
    path.write_text(whole)
    assert replaced_by({"kubeconfig": str(path)}, {"kubeconfig": whole}) == [], "a file or its contents: the same cluster"
    path.write_text(kubeconfig(**{"certificate-authority": str(certificate)}))
    assert replaced_by({"kubeconfig": str(path)}, {"kubeconfig": whole, "clusterIdentifier": "one"}) == ["kubeconfig"], (
        "the provider does not look into the certificate's file: rehearsals would hide that all objects are made anew"
    )
    identified = {"clusterIdentifier": "one"}
    assert replaced_by({"kubeconfig": str(path), **identified}, {"kubeconfig": whole, **identified}) == []


@pytest.mark.parametrize("empty", [None, {}])
def test_empty_value_is_a_change_only_where_the_provider_has_no_type(empty: Any) -> None:
    def written(kind: str) -> dict[str, Any]:
        return normalized({"apiVersion": "v1", "kind": kind, "metadata": {"name": "any", "labels": empty}})

    stored = {"apiVersion": "v1", "metadata": {"name": "any"}}
    assert differences(stored | {"kind": "ConfigMap"}, written("ConfigMap")) == {}
    assert list(differences(stored | {"kind": "Secret"}, written("Secret"))) == [("metadata", "labels")], (
        "an `up` that changes a Secret each time would pass unseen"
    )
