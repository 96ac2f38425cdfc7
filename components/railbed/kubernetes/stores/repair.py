"""Mends a store that an earlier `up` broke: replaces its pod where Kubernetes would wait for ever."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from railbed.kubernetes.api.access import Observation
from railbed.kubernetes.api.client import plain_reason
from railbed.kubernetes.stores.objects import StoreObjects
from railbed.kubernetes.watching.pod_status import is_ready, reason_of_pod
from railbed.kubernetes.workload import Labels, Manifest

POLL_SECONDS = 1.0

START_SECONDS = 60.0
"""How long a pod of the version before that runs, and gives no reason why it is not ready, is left to become so."""

RETRY_SECONDS = 10.0
"""How often Kubernetes is asked again for a pod that it did not make."""

Say = Callable[[Callable[..., None], str], None]


@dataclass
class StoreRepair:
    """Hooks around the creation and the update of one StatefulSet of one pod.

    Kubernetes updates a StatefulSet's pod only once the pod is ready: one that cannot become ready, because its image or its
    memory was wrong, would stay for ever although the StatefulSet has been put right (kubernetes/kubernetes#67250). Such a pod
    is deleted, and comes back as the StatefulSet describes it now, on the same volume. A pod that is ready never is. Nor can a
    StatefulSet change the claim of its volume: one that never got a volume is made again as it is wanted now. And where a
    claim or a pod could not be made at all, Kubernetes is asked to try again at once.
    """

    component: pulumi.Resource
    observation: Observation
    labels: Labels
    """Labels of the StatefulSet and all that belongs to it."""
    claim_name: str
    claim: Manifest
    """The volume claim as it is wanted now."""
    _ended: threading.Event = field(default_factory=threading.Event)

    async def before_update(self, args: pulumi.ResourceHookArgs) -> None:
        """Watch the StatefulSet that the stack knows while it is updated."""
        metadata = _metadata(args.old_outputs)
        if uid := metadata.get("uid"):
            self._begin(metadata.get("namespace") or "default", metadata["name"], uid)

    async def before_create(self, args: pulumi.ResourceHookArgs) -> None:
        """Watch one that an interrupted run left behind, if there is one: it is taken up."""
        metadata = _metadata(args.new_inputs)
        namespace, name, labels = metadata.get("namespace") or "default", metadata["name"], metadata.get("labels") or {}
        try:
            found = await asyncio.to_thread(lambda: StoreObjects(self.observation.connect(), namespace).stateful_set(name))
        except Exception as error:  # (whatever fails here, the provider says what matters)
            pulumi.log.debug(f"StatefulSet {name} could not be read: {plain_reason(error)}", self.component)
            return
        if found is not None and labels.items() <= (found.metadata.labels or {}).items():
            self._begin(namespace, name, found.metadata.uid)

    async def after(self, _: pulumi.ResourceHookArgs) -> None:
        """Stop watching: the StatefulSet is ready."""
        self.end()

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _begin(self, namespace: str, name: str, uid: str) -> None:
        self.end()  # the watch of a try that is made again
        loop, self._ended = asyncio.get_running_loop(), threading.Event()

        def say(log: Callable[..., None], text: str) -> None:
            loop.call_soon_threadsafe(log, self.observation.redaction(text), self.component)

        arguments = (namespace, name, uid, say, self._ended)
        threading.Thread(target=self._watch, args=arguments, daemon=True).start()

    def _watch(self, namespace: str, name: str, uid: str, say: Say, ended: threading.Event) -> None:
        objects: StoreObjects | None = None
        unready_since: dict[str, float] = {}
        retried = -RETRY_SECONDS
        warned = ""
        while not ended.wait(POLL_SECONDS):
            try:
                objects = objects or StoreObjects(self.observation.connect(), namespace)
                stateful_set = objects.stateful_set(name)
                if stateful_set is not None and stateful_set.metadata.uid == uid:
                    self._mend_claim(objects, stateful_set, say)
                    pod = objects.pod(f"{name}-0")
                    self._mend_pod(objects, stateful_set, pod, unready_since, say)
                    if time.monotonic() - retried > RETRY_SECONDS and self._mend_delay(objects, stateful_set, pod):
                        retried = time.monotonic()
            except Exception as error:  # (the API server may be away for a moment; try again)
                if objects is None or getattr(error, "status", None) == 403:
                    text = f"What keeps {name} from becoming ready could not be mended: {plain_reason(error)}"
                    if text != warned:
                        say(pulumi.log.warn, text)
                    warned = text

    def _mend_pod(
        self, objects: StoreObjects, stateful_set: Any, pod: Any | None, unready_since: dict[str, float], say: Say
    ) -> None:
        status, metadata = stateful_set.status, stateful_set.metadata
        if (status.observed_generation or 0) < metadata.generation or not status.update_revision:
            return  # the controller does not know yet which version is wanted
        if pod is None or pod.metadata.deletion_timestamp or is_ready(pod) or not _belongs(pod, metadata.uid):
            return
        if (pod.metadata.labels or {}).get("controller-revision-hash") == status.update_revision:
            return
        since = unready_since.setdefault(pod.metadata.uid, time.monotonic())
        if not reason_of_pod(pod) and time.monotonic() - since < START_SECONDS:
            return
        # Only as it was seen: one that has become ready since is another version of the object, and stays.
        if objects.delete_pod(pod):
            say(pulumi.log.info, f"The pod {pod.metadata.name} is of an earlier version and not ready: it is replaced.")

    def _mend_delay(self, objects: StoreObjects, stateful_set: Any, pod: Any | None) -> bool:
        """Ask for a pod that was not made, as a quota may have forbidden it until now; whether that was so."""
        lacks_pod = bool(stateful_set.spec.replicas) and pod is None
        if lacks_pod:
            objects.retry(stateful_set)
        return lacks_pod

    def _mend_claim(self, objects: StoreObjects, stateful_set: Any, say: Say) -> None:
        if not stateful_set.spec.replicas or (stateful_set.status.ready_replicas or 0):
            return
        claim = objects.claim(self.claim_name)
        if claim is None:
            template = next((each for each in stateful_set.spec.volume_claim_templates or []), None)
            if template is not None and not _as_wanted(template.spec, self.claim["spec"]):
                objects.create_claim(self.claim_name, self.claim)
            return
        without_volume = claim.status.phase == "Pending" and not claim.spec.volume_name
        ours = self.labels.items() <= (claim.metadata.labels or {}).items()
        if not without_volume or not ours or claim.metadata.deletion_timestamp or _as_wanted(claim.spec, self.claim["spec"]):
            return
        if objects.replace_claim(claim, self.claim):
            say(pulumi.log.info, f"The claim {self.claim_name} never got a volume: it is made again as it is wanted now.")


def _metadata(properties: Any) -> Mapping[str, Any]:
    return (properties or {}).get("metadata") or {}


def _belongs(pod: Any, uid: str) -> bool:
    return any(owner.uid == uid and owner.controller for owner in pod.metadata.owner_references or [])


def _as_wanted(spec: Any, wanted: Manifest) -> bool:
    """Whether a claim asks for what is wanted; a class that is not named is the cluster's."""
    storage = (spec.resources.requests or {}).get("storage")
    same_class = wanted.get("storageClassName") in (None, spec.storage_class_name)
    return bool(storage == wanted["resources"]["requests"]["storage"] and same_class)
