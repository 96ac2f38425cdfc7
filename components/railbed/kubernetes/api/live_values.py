"""Values that somebody else sets on the cluster, or that it only takes in part: what is sent follows what is found there."""

from collections.abc import Callable
from typing import TypeVar

import pulumi

from railbed.kubernetes.api.access import ClusterAccess
from railbed.kubernetes.api.client import plain_reason
from railbed.kubernetes.watching.patience import ClusterUnreadable, read_patiently
from railbed.validation.types import InputText

T = TypeVar("T")

PATIENCE_SECONDS = 60


def followed(
    wanted: T,
    read: Callable[[ClusterAccess, str], T],
    kubeconfig: InputText | None,
    context: str | None,
    namespace: InputText | None,
) -> pulumi.Output[T]:
    """What `read` makes of a value by looking at a namespace, during `pulumi up`.

    It stays as wanted in previews, which do not need the cluster, and where the cluster cannot be read for a minute.
    """
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.from_input(wanted)

    async def found(known: list[str]) -> T:
        namespace = known[1] or "default"
        try:
            access = ClusterAccess(known[0] or None, context)
        except Exception as error:  # (a component alone, without the provider's kubeconfig: nothing can be looked at)
            pulumi.log.debug(f"The cluster could not be read: {plain_reason(error)}")
            return wanted
        try:
            return await read_patiently(lambda: read(access, namespace), f"Namespace {namespace}", seconds=PATIENCE_SECONDS)
        except ClusterUnreadable as error:
            if not error.final:
                pulumi.log.warn(f"{error} What others set there is not known, and is set as it is described.")
            return wanted

    return pulumi.Output.unsecret(pulumi.Output.all(kubeconfig or "", namespace or "").apply(found))
