"""The arguments of EksOrDoksCluster, of whichever platform."""

import re

from pydantic import Field

from railbed.aws.eks.kubeconfig import check_kubeconfig
from railbed.aws.identity import AwsIdentity
from railbed.aws.network.arguments import check_zones
from railbed.aws.regions import check_region as check_region_of_aws
from railbed.cluster.doks_options import DoksOptions
from railbed.cluster.eks_options import EksOptions
from railbed.cluster.options import ClusterOptions
from railbed.digitalocean.regions import check_region as check_slug
from railbed.enums import Platform
from railbed.validation.arguments import Placed
from railbed.validation.checks import check_part
from railbed.validation.rules import rule

_REGIONS = {Platform.DOKS: ("[a-z]{3}[1-9]", "fra1"), Platform.EKS: ("[a-z]{2,4}(-[a-z]+)+-[1-9]", "eu-central-1")}
"""Forms of regions, with an example."""

_PLACED_ON_EKS = {"grace_seconds", "identity"}
"""Placement that has a meaning on eks only."""


class EksOrDoksClusterModel(EksOptions, DoksOptions, Placed):
    """Arguments of EksOrDoksCluster."""

    platform: Platform
    """Whose managed Kubernetes: doks (DigitalOcean) or eks (AWS). A change creates another cluster."""
    region: str
    """Region, such as fra1 on doks, eu-central-1 on eks. A change would replace the cluster; `protect` refuses it."""
    identity: AwsIdentity | None = None
    """Who the kubeconfig signs in as on eks. Set it beside a provider of your own that is somebody else than the stack's config
    says. Default: what `aws:` says there, as with Pulumi's default provider."""
    grace_seconds: int = Field(600, ge=1, le=7200)
    """Seconds that pods have to end when the cluster autoscaler removes their node: as many as the slowest one takes; eks only.
    Default 600."""

    @property
    def on(self) -> Platform:
        """The platform that was chosen."""
        return self.platform

    @rule
    def _everything_is_of_the_platform(self) -> None:
        other = EksOptions if self.on is Platform.DOKS else DoksOptions
        of_other = {*other.model_fields} - {*ClusterOptions.model_fields}
        if self.on is Platform.DOKS:
            of_other |= _PLACED_ON_EKS
        foreign = [field for field in type(self).model_fields if field in of_other and self._differs(field)]
        if foreign:
            have, them = ("has", "it") if len(foreign) == 1 else ("have", "them")
            raise ValueError(f"{', '.join(foreign)} {have} no effect on {self.on.value}: remove {them}")

    @rule
    def _region_is_of_the_platform(self) -> None:
        pattern, example = _REGIONS[self.on]
        if not re.fullmatch(pattern, self.region):
            raise ValueError(f"region '{self.region}' is not one of {self.on.value}: name it as in {example}")
        check_part("region", check_slug if self.on is Platform.DOKS else check_region_of_aws, self.region)

    @rule
    def _kubeconfig_can_sign_in(self) -> None:
        if self.on is Platform.EKS:
            check_kubeconfig(self.identity)

    @rule
    def _zones_are_of_the_region(self) -> None:
        if self.on is Platform.EKS:
            check_zones(self.region, self.zones)
