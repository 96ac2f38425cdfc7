"""Options of a cluster on DigitalOcean."""

import re

from pydantic import Field

from railbed.cluster.options import ClusterOptions
from railbed.digitalocean.network_ranges import check_range
from railbed.enums import MaintenanceDay, Platform
from railbed.validation.rules import rule
from railbed.validation.types import InputText


class DoksOptions(ClusterOptions):
    """Options of a cluster on DigitalOcean."""

    maintenance_day: MaintenanceDay = MaintenanceDay.SUNDAY
    """Day of the maintenance window; doks only. Default sunday."""
    maintenance_hour: int = Field(3, ge=0, le=23)
    """Hour, UTC, at which the maintenance window of four hours begins; doks only. Default 3."""
    high_availability: bool = False
    """Whether the control plane is replicated, at a monthly price; doks only, on eks it always is. It cannot be turned off
    again. Default false."""
    registry_integration: bool = False
    """Whether the account's container registry may be pulled from, in all namespaces; doks only. Default false."""
    api_token: InputText | None = None
    """DigitalOcean API token that the kubeconfig carries; doks only. Default: none, it carries credentials of the cluster,
    which last seven days and are renewed by `pulumi refresh` only. Pulumi's configuration digitalocean:token, if there is one,
    is used for what Pulumi does in the cluster, and is in no output."""

    @property
    def on(self) -> Platform:
        """DigitalOcean."""
        return Platform.DOKS

    @rule
    def _network_of_doks_fits(self) -> None:
        if self.on is not Platform.DOKS:
            return
        if self.vpc_id is not None and self.vpc_cidr is not None:
            raise ValueError("vpc_cidr only for a network of its own: remove vpc_id, or vpc_cidr")
        if self.vpc_cidr is not None:
            check_range(self.vpc_cidr, "vpc_cidr")
        if self.endpoint_access_cidrs == []:
            raise ValueError("endpoint_access_cidrs is empty, so nobody could reach the cluster: name a range, or omit it")

    @rule
    def _token_is_given(self) -> None:
        if isinstance(self.api_token, str) and not self.api_token.strip():
            raise ValueError("api_token is empty: specify a DigitalOcean API token, or remove it")

    @rule
    def _tags_can_be_written(self) -> None:
        # DigitalOcean: letters, digits, colons, dashes and underscores, 255 at most (its API reference, Tags).
        wrong = [tag for tag in self.flat_tags() if not re.fullmatch("[A-Za-z0-9:_-]{1,255}", tag)]
        if wrong and self.on is Platform.DOKS:
            raise ValueError(
                f"tags: DigitalOcean refuses {', '.join(wrong)}: use letters, digits, colons, dashes and underscores only"
            )

    def flat_tags(self) -> list[str]:
        """The tags as DigitalOcean takes them."""
        return [f"{key}:{value}" if value else key for key, value in self.tags.items()]
