"""The size of a store's volume: what can be asked for, and why it does not grow, in the user's words."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pulumi

from railbed.kubernetes.api.access import ClusterAccess, Observation
from railbed.kubernetes.api.client import plain_reason
from railbed.kubernetes.stores.objects import StoreObjects
from railbed.kubernetes.watching.patience import tries_again
from railbed.kubernetes.watching.pod_reasons import events_of
from railbed.watching.diagnostics import tell

MEBIBYTE = 1024 * 1024
GROWTH_SECONDS = 30.0
POLL_SECONDS = 1.0


@dataclass
class VolumeSize:
    """The claim of a store's volume, and hooks around setting its size."""

    component: pulumi.Resource
    observation: Observation
    claim: str
    storage: str
    setting: str
    """What the user calls the size: database.storage."""

    def request(self, access: ClusterAccess, namespace: str) -> str:
        """The size to ask for.

        A growth that found no room stays asked for, and Kubernetes lets it be set back only to more than the volume has: one
        byte more is as good as what it has. Such a request is kept as it is from then on.
        """
        claim = StoreObjects(access, namespace).claim(self.claim)
        if claim is None or not (claim.status.capacity or {}).get("storage"):
            return self.storage
        asked, has = _bytes(claim.spec.resources.requests["storage"]), _bytes(claim.status.capacity["storage"])
        wanted = _bytes(self.storage)
        if wanted <= asked and asked % MEBIBYTE == 1:
            return str(asked)
        if asked > has >= wanted:
            # Not tied to a resource: that takes an event loop, which the thread that reads has not.
            pulumi.log.warn(
                f"The volume {self.claim} did not grow, and keeps its {claim.status.capacity['storage']}: its growth is no "
                "longer asked for."
            )
            return str(has + 1)
        return self.storage

    async def after(self, args: pulumi.ResourceHookArgs) -> None:
        """Warn if the volume does not grow: the store goes on with the one that it has."""
        namespace = ((args.new_inputs or {}).get("metadata") or {}).get("namespace") or "default"
        try:
            text = await self._hindrance(namespace)
        except Exception as error:  # (a cluster that cannot be read from here must not fail what the provider saw succeed)
            pulumi.log.debug(f"The volume {self.claim} could not be read: {plain_reason(error)}", self.component)
            return
        if text:
            pulumi.log.warn(self.observation.redaction(text), self.component)

    async def on_error(self, args: pulumi.ErrorHookArgs) -> bool:
        """Say what the API server's refusal means; try again only where a race was lost."""
        if await tries_again(args, self.component):
            return True
        namespace = ((args.new_inputs or {}).get("metadata") or {}).get("namespace") or "default"
        try:
            text = await asyncio.to_thread(self._refusal, namespace, " ".join(args.errors).lower())
        except Exception as error:  # (the provider's own words remain)
            pulumi.log.debug(f"The volume {self.claim} could not be read: {plain_reason(error)}", self.component)
            return False
        if text:
            await tell(pulumi.log.error, text, self.component)
        return False

    async def _hindrance(self, namespace: str) -> str:
        access = await asyncio.to_thread(self.observation.connect)
        has = ""
        for _ in range(int(GROWTH_SECONDS / POLL_SECONDS)):
            claim = await asyncio.to_thread(StoreObjects(access, namespace).claim, self.claim)
            if claim is None or not claim.status.capacity or _has_grown(claim):
                return ""
            has = claim.status.capacity["storage"]
            events = await asyncio.to_thread(events_of, access, namespace, claim.metadata.uid)
            failed = [event.message for event in events if event.reason == "VolumeResizeFailed"]
            if failed:
                return (
                    f"The volume {self.claim} does not grow beyond its {has}: make room, or set "
                    f"{self.setting} back. Kubernetes says: VolumeResizeFailed: {failed[-1]}"
                )
            await asyncio.sleep(POLL_SECONDS)
        return f"The volume {self.claim} has not grown to {self.storage} yet; it has {has}."

    def _refusal(self, namespace: str, said: str) -> str:
        claim = StoreObjects(self.observation.connect(), namespace).claim(self.claim)
        if claim is None:
            return ""
        has = (claim.status.capacity or {}).get("storage") or claim.spec.resources.requests["storage"]
        if "less than" in said:
            return (
                f"A volume cannot shrink: {self.claim} has {has}, {self.setting} asks for {self.storage}. Set it back to {has}."
            )
        if "resize" in said and "storageclass" in said:
            return (
                f"The storage class {claim.spec.storage_class_name} lets no volume grow: set {self.setting} ({self.storage}) "
                f"back to {has}, or allowVolumeExpansion of the class to true."
            )
        if "exceeded quota" in said:
            back = f"set {self.setting} ({self.storage}) back to {has}"
            return f"A quota of the namespace leaves no room for a larger volume: {back}."
        return ""


def _has_grown(claim: Any) -> bool:
    asked, has = claim.spec.resources.requests["storage"], claim.status.capacity["storage"]
    # The file system grows when the pod's node has mounted it, which may need a pod.
    pending = any(each.type == "FileSystemResizePending" for each in claim.status.conditions or [])
    return pending or _bytes(asked) - 1 <= _bytes(has)


def _bytes(quantity: str) -> int:
    from kubernetes import utils

    untyped: Any = utils
    return int(untyped.parse_quantity(quantity))
