"""Waits for a rollout where the provider does not, and shows why pods do not become ready where it does not say so."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment

from railbed.kubernetes.api.access import ClusterAccess, Observation, Rollout
from railbed.kubernetes.api.client import plain_reason
from railbed.kubernetes.watching.patience import ClusterUnreadable, read_patiently, tries_again
from railbed.kubernetes.watching.pod_reasons import reason_of_workload
from railbed.kubernetes.watching.reason import shortened
from railbed.watching.diagnostics import tell
from railbed.watching.log_text import shown_tail

READ_BYTES = 32 * 1024
SHOWN_LINES = 50
POLL_SECONDS = 1.0


class RolloutError(Exception):
    """The new pods did not become ready; the message says why."""


@dataclass
class RolloutObserver:
    """Hooks of one Deployment or StatefulSet."""

    component: pulumi.Resource
    selector: str
    observation: Observation
    values: Mapping[str, str] = field(default_factory=dict)
    """Arguments that the pods do not show, with their present values: reasons name them."""

    async def after_update(self, args: pulumi.ResourceHookArgs) -> None:
        """Wait for the new pods after an update that also scales.

        Raises `RolloutError` if they do not become ready, `ClusterUnreadable` if the cluster does not tell for minutes.
        Kubernetes scales the old pods first, and the provider takes that for the end of the rollout: an `up` that changes image
        and replicas would succeed whatever becomes of the new pods. Kubernetes gives up at the progress deadline.
        """
        if _replicas(args.old_inputs) == _replicas(args.new_inputs):
            return
        namespace, name = _namespace(args.new_inputs), args.id.rpartition("/")[2]
        try:
            access = await asyncio.to_thread(self.observation.connect)
        except Exception as error:  # (a component alone, without the provider's kubeconfig: nothing can be looked at)
            pulumi.log.warn(f"The rollout could not be watched to its end: {self._reason_of(error)}", self.component)
            return
        try:
            rollout = await self._end_of_rollout(access, namespace, name)
        except ClusterUnreadable as error:
            if not error.final:
                raise
            pulumi.log.warn(f"The rollout could not be watched to its end: {self._reason_of(error)}", self.component)
            return
        if rollout.failure:
            await self._show_cause(namespace)
            failure = self.observation.redaction(rollout.failure)
            raise RolloutError(f"The new pods did not become ready: {failure}")

    async def _end_of_rollout(self, access: ClusterAccess, namespace: str, name: str) -> Rollout:
        def read() -> Rollout:
            return access.rollout(namespace, name)

        while True:
            subject = f"The rollout of {name}"
            rollout = await read_patiently(read, subject, self.component, self.observation.redaction)
            if rollout.finished or rollout.failure:
                return rollout
            pulumi.log.info(rollout.waiting, self.component, ephemeral=True)
            await asyncio.sleep(POLL_SECONDS)

    def follow(self, deployment: Deployment) -> None:
        """Fail a later `up` that changes nothing, as long as the new pods that `after_update` waited for are not ready.

        For the provider their update is done: the engine would not come to it again.
        """
        known = pulumi.Output.all(deployment.metadata, deployment.status)
        known.apply(lambda both: self._refuse_given_up(*both) if _unfinished(*both) else None)

    async def _refuse_given_up(self, metadata: Any, _: Any) -> None:
        namespace, name = metadata.get("namespace") or "default", metadata["name"]
        try:
            access = await asyncio.to_thread(self.observation.connect)
            rollout = await asyncio.to_thread(access.rollout, namespace, name)
        except Exception as error:
            pulumi.log.warn(f"Whether all pods of {name} are ready could not be read: {self._reason_of(error)}", self.component)
            return
        if rollout.failure and not rollout.finished:
            await self._show_cause(namespace)
            failure = self.observation.redaction(rollout.failure)
            raise pulumi.RunError(f"The pods of {name} are still not ready: {failure}")

    async def on_error(self, args: pulumi.ErrorHookArgs) -> bool:
        """Show why the pods are not ready and the log's end of one that crashed; try again only where a race was lost."""
        if await tries_again(args, self.component):
            return True
        await self._show_cause(_namespace(args.new_inputs))
        return False

    async def _show_cause(self, namespace: str) -> None:
        try:
            text = await asyncio.to_thread(self._cause, namespace)
        except Exception as error:  # (an unreadable log must not hide how the rollout ended)
            await tell(pulumi.log.warn, f"The log of the pods could not be read: {self._reason_of(error)}", self.component)
            return
        if text:
            await tell(pulumi.log.error, text, self.component)

    def _reason_of(self, error: Exception) -> str:
        return self.observation.redaction(plain_reason(error))

    def _cause(self, namespace: str) -> str:
        access = self.observation.connect()
        reason = shortened(self.observation.redaction(reason_of_workload(access, namespace, self.selector, self.values)))
        try:
            volumes = "\n".join(access.missing_volumes(namespace, self.selector))
            rest = self._last_words(access, namespace) or self.observation.redaction(volumes)
        except Exception:
            if not reason:
                raise
            rest = ""  # a container that could not be started has no log
        return "\n".join(filter(None, [reason, rest]))

    def _last_words(self, access: ClusterAccess, namespace: str) -> str:
        crashed = access.crashed(namespace, self.selector)
        if crashed is None:
            return ""
        end = access.log(namespace, crashed.pod, crashed.container, SHOWN_LINES, READ_BYTES, previous=crashed.has_restarted)
        shown = shown_tail(end, self.observation.redaction, SHOWN_LINES)
        return f"The end of the log of {crashed.pod}, which ended with exit code {crashed.exit_code}:\n{shown}"


def rollout_hooks(kind: str, name: str, observer: RolloutObserver) -> pulumi.ResourceHookBinding:
    """The hooks as an option of the Deployment."""
    return pulumi.ResourceHookBinding(
        after_update=[pulumi.ResourceHook(f"railbed:{kind}:{name}:rollout", observer.after_update)],
        on_error=[_error_hook(kind, name, observer)],
    )


def _error_hook(kind: str, name: str, observer: RolloutObserver) -> pulumi.ErrorHook:
    """What shows why pods did not become ready."""
    return pulumi.ErrorHook(f"railbed:{kind}:{name}:error", observer.on_error)


def _namespace(inputs: Mapping[str, Any] | None) -> str:
    return str(((inputs or {}).get("metadata") or {}).get("namespace") or "default")


def _replicas(inputs: Mapping[str, Any] | None) -> Any:
    return ((inputs or {}).get("spec") or {}).get("replicas")


def _unfinished(metadata: Any, status: Any) -> bool:
    """Whether the provider went on before all pods were new and available: the state's status is of that moment."""
    if pulumi.runtime.is_dry_run() or not status:
        return False
    observed = status.get("observed_generation", 0) >= metadata.get("generation", 0)
    pods = {status.get(key) or 0 for key in ("replicas", "updated_replicas", "available_replicas")}
    return not observed or len(pods) > 1
