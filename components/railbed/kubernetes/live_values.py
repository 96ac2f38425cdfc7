"""Values that somebody else sets on the cluster, or that it only takes in part: what is sent follows what is found there."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pulumi

from railbed.arguments import InputText
from railbed.kubernetes.cluster_access import ClusterAccess
from railbed.kubernetes.cluster_client import plain_reason

T = TypeVar("T")


def followed(
    wanted: T,
    read: Callable[[ClusterAccess, str], T],
    kubeconfig: InputText | None,
    context: str | None,
    namespace: InputText | None,
) -> pulumi.Output[T]:
    """What `read` makes of a value by looking at a namespace, during `pulumi up`.

    It stays as wanted in previews, which do not need the cluster, and where the cluster cannot be read.
    """
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.from_input(wanted)

    async def found(known: list[str]) -> T:
        def look() -> T:
            return read(ClusterAccess(known[0] or None, context), known[1] or "default")

        try:
            return await asyncio.to_thread(look)
        except Exception as error:  # (a cluster that is not there yet, or that cannot be read from here)
            pulumi.log.debug(f"The cluster could not be read: {plain_reason(error)}")
            return wanted

    return pulumi.Output.unsecret(pulumi.Output.all(kubeconfig or "", namespace or "").apply(found))
