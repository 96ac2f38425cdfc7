"""The DOKS cluster of a stack, and its VPC: its own, or ones that exist."""

from dataclasses import dataclass
from typing import Annotated, Any

import pulumi
import pulumi_digitalocean as digitalocean
import pulumi_kubernetes as kubernetes

from railbed import EksOrDoksCluster
from railbed.cluster.doks_options import DoksOptions
from railbed.cluster.parts import kubeconfig_of
from railbed.cluster.provider import provider_of
from railbed.validation.arguments import Arguments, Options
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.existing import check_alone
from railbed_stacks.lookups import Lookups

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class ExistingVpc(Arguments):
    """A VPC of DigitalOcean that exists: its name or its ID."""

    # vpc_create in DigitalOcean's OpenAPI description
    name: Annotated[str, matching("[a-zA-Z0-9.-]+", "specify the name of a VPC: letters, digits, dots and dashes")] | None = (
        None
    )
    """Name of the VPC."""
    vpc_id: Annotated[str, matching(_UUID, "specify the ID of a VPC, such as 5a4981aa-9653-4bd1-bef5-d6bff52042e4")] | None = (
        None
    )
    """ID of the VPC."""

    @rule
    def _one_of_them(self) -> None:
        if (self.name is None) == (self.vpc_id is None):
            raise ValueError("name and vpc_id say the same: specify exactly one")


class DigitalOceanNetworkOptions(Options):
    """Settings of a VPC that the stack does not create."""

    existing: ExistingVpc | None = None
    """A VPC that exists. Default: none, the stack creates one."""


class ExistingDoksCluster(Arguments):
    """A cluster of DOKS that exists."""

    # cluster in DigitalOcean's OpenAPI description
    name: Annotated[str, matching("[a-zA-Z0-9.-]+", "specify the name of a cluster: letters, digits, dots and dashes")]
    """Name of the cluster."""


class DoksClusterSection(DoksOptions):
    """Settings of the DOKS cluster of a stack."""

    existing: ExistingDoksCluster | None = None
    """A cluster that exists, which several applications and environments may share. Default: none, the stack creates one."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing, beside=("api_token",))


@dataclass(frozen=True)
class DropletCluster:
    """A cluster of DOKS as a stack uses it, whoever made it."""

    name: pulumi.Input[str]
    cluster_id: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    kubeconfig: pulumi.Output[str]
    """To hand out. Secret."""
    provider_kubeconfig: pulumi.Output[str]
    """For Pulumi alone. Secret."""
    provider: kubernetes.Provider

    @classmethod
    def of(cls, made: EksOrDoksCluster) -> "DropletCluster":
        """The one that a component made."""
        return cls(made.cluster_name, made.cluster_id, made.vpc_id, made.kubeconfig, made.provider_kubeconfig, made.provider)


@dataclass(frozen=True)
class FoundDoksCluster:
    """A cluster that exists, as DigitalOcean describes it."""

    described: digitalocean.AwaitableGetKubernetesClusterResult

    def ready(self, name: str, secrets: dict[str, Any]) -> DropletCluster:
        """The cluster with a provider for what is to run in it; `secrets` may hold an `api_token` for its kubeconfig."""
        found, token = self.described, pulumi.Config("digitalocean").get_secret("token")
        kubeconfig = self._with_token(secrets["api_token"]) if "api_token" in secrets else self._own()
        of_provider = self._with_token(token) if token is not None and "api_token" not in secrets else kubeconfig
        provider = provider_of(name, of_provider, found.id)
        return DropletCluster(found.name, found.id, found.vpc_uuid, kubeconfig, of_provider, provider)

    def _own(self) -> pulumi.Output[str]:
        """With credentials of the cluster alone, which last seven days; every `pulumi up` asks for new ones."""
        return pulumi.Output.secret(self.described.kube_configs[0].raw_config)

    def _with_token(self, token: pulumi.Input[str]) -> pulumi.Output[str]:
        found = self.described
        authority = found.kube_configs[0].cluster_ca_certificate
        return kubeconfig_of(found.name, found.endpoint, authority, {"token": token})


def find_cluster(existing: ExistingDoksCluster, region: str, lookups: Lookups) -> FoundDoksCluster | None:
    """The cluster as DigitalOcean has it; None where it cannot be used, which `lookups` tells."""
    setting, name = "cluster.existing.name", existing.name
    found = lookups.find(setting, name, lambda opts: digitalocean.get_kubernetes_cluster(name=name, opts=opts))
    if found is None:
        return None
    if found.region != region:
        lookups.add(f"{setting}: {name} is in region {found.region}, and region is {region}: set region to {found.region}")
    return FoundDoksCluster(found)


def find_vpc(existing: ExistingVpc, region: str, lookups: Lookups) -> str | None:
    """ID of the VPC; None where it cannot be used, which `lookups` tells."""
    setting, named = ("name", existing.name) if existing.name else ("vpc_id", existing.vpc_id or "")
    setting = f"network.existing.{setting}"
    found = lookups.find(setting, named, lambda opts: digitalocean.get_vpc(id=existing.vpc_id, name=existing.name, opts=opts))
    if found is None:
        return None
    if found.region != region:
        lookups.add(f"{setting}: {named} is in region {found.region}, and region is {region}: name a VPC of that region")
    return found.id
