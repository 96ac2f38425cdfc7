"""When an object counts as ready, kind by kind; each check is a function of what the cluster shows just now."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .api import Object
from .pods import condition, explained, holds, problems
from .watching import View


@dataclass
class Verdict:
    """What a check found."""

    ready: bool
    waiting: str = ""
    problems: list[str] = field(default_factory=list)
    failed: bool = False  # it will not become ready any more
    settle: float = 0  # seconds for which `ready` has to hold


@dataclass(frozen=True)
class Check:
    """A check and the kinds it looks at, besides the object itself."""

    judge: Callable[[Object, View], Verdict]
    kinds: tuple[tuple[str, str], ...] = ()


POD, EVENT = ("v1", "Pod"), ("v1", "Event")


def observed(item: Object) -> bool:
    """Whether the controller has seen the newest specification."""
    return int(item.get("status", {}).get("observedGeneration", 0)) >= int(item["metadata"].get("generation", 0))


def _deployment(item: Object, view: View) -> Verdict:
    if not observed(item):
        return Verdict(False, "the Deployment controller has not taken it up yet")
    revision_key = "deployment.kubernetes.io/revision"
    revision = item["metadata"].get("annotations", {}).get(revision_key)
    current = next(
        (
            replica_set
            for replica_set in view.owned("ReplicaSet", item)
            if replica_set["metadata"].get("annotations", {}).get(revision_key) == revision
        ),
        None,
    )
    wanted = current["spec"].get("replicas", 1) if current else item["spec"].get("replicas", 1)
    ready = current.get("status", {}).get("readyReplicas", 0) if current else 0
    progressing = condition(item, "Progressing")
    rolled_out = revision == "1" or bool(
        progressing and progressing["status"] == "True" and progressing["reason"] == "NewReplicaSetAvailable"
    )
    claims = {
        volume["persistentVolumeClaim"]["claimName"]
        for volume in item["spec"]["template"]["spec"].get("volumes", ())
        if "persistentVolumeClaim" in volume
    }
    unbound = [
        f"volume claim {claim['metadata']['name']!r} is {claim.get('status', {}).get('phase', 'new')}, not Bound"
        for claim in view.all("PersistentVolumeClaim")
        if claim["metadata"]["name"] in claims and claim.get("status", {}).get("phase") != "Bound"
    ]
    found = [
        *(
            reason
            for kind in ("Progressing", "Available")
            if not holds(item, kind)
            for reason in explained(condition(item, kind))
        ),
        *explained(condition(item, "ReplicaFailure")),
        *unbound,
        *problems(view.owned("Pod", current) if current else ()),
    ]
    # When a change also scales, the controller scales first, and looks done before it makes the new ReplicaSet.
    asked = item["spec"].get("replicas", 1)
    rolled_out = rolled_out and item["status"].get("updatedReplicas", 0) >= asked
    done = bool(current) and holds(item, "Available") and rolled_out and ready >= wanted and not unbound
    return Verdict(done, f"{ready} of {asked} pods of the newest version are ready", found)


def _stateful_set(item: Object, view: View) -> Verdict:
    if not observed(item):
        return Verdict(False, "the StatefulSet controller has not taken it up yet")
    status, wanted = item.get("status", {}), item["spec"].get("replicas", 1)
    ready, updated = status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
    revision = status.get("currentRevision")
    by_hand = item["spec"].get("updateStrategy", {}).get("type") == "OnDelete" and item["metadata"]["generation"] > 1
    current = by_hand or (revision and revision == status.get("updateRevision") and status.get("currentReplicas", 0) == wanted)
    done = bool(current) and status.get("replicas", 0) == wanted and ready == wanted
    waiting = f"{ready if current else min(ready, updated)} of {wanted} pods of the newest version are ready"
    return Verdict(done, waiting, problems(view.owned("Pod", item)))


def _daemon_set(item: Object, view: View) -> Verdict:
    if not observed(item):
        return Verdict(False, "the DaemonSet controller has not taken it up yet")
    status = item.get("status", {})
    wanted, available = status.get("desiredNumberScheduled", 0), status.get("numberAvailable", 0)
    by_hand = item["spec"].get("updateStrategy", {}).get("type") == "OnDelete"
    updated = wanted if by_hand else status.get("updatedNumberScheduled", 0)
    waiting = f"{min(available, updated)} of {wanted} nodes run the newest version"
    return Verdict(available >= wanted and updated >= wanted, waiting, problems(view.owned("Pod", item)))


def _job(item: Object, view: View) -> Verdict:
    status = item.get("status", {})
    counts = ", ".join(f"{status.get(state, 0)} {state}" for state in ("active", "succeeded", "failed"))
    found = [*explained(condition(item, "Failed")), *problems(view.owned("Pod", item))]
    waiting = f"its pods: {counts}" if status.get("startTime") else "the Job controller has not started it yet"
    return Verdict(holds(item, "Complete"), waiting, found, failed=holds(item, "Failed"))


def _pod(item: Object, view: View) -> Verdict:  # noqa: ARG001 - all checks are called alike
    phase = item.get("status", {}).get("phase", "Pending")
    done = holds(item, "Ready") or phase == "Succeeded"
    why = (condition(item, "Ready") or {}).get("message")
    waiting = f"the pod is {phase}, not ready" + (f": {why}" if why else "")
    return Verdict(done, waiting, problems([item]), failed=phase == "Failed")


def _claim(item: Object, view: View) -> Verdict:
    phase = item.get("status", {}).get("phase")
    storage_class = view.named("StorageClass", item["spec"].get("storageClassName") or "")
    on_demand = (storage_class or {}).get("volumeBindingMode") == "WaitForFirstConsumer"
    return Verdict(phase == "Bound" or (on_demand and phase == "Pending"), f"the claim is {phase}, not Bound")


def _volume(item: Object, view: View) -> Verdict:  # noqa: ARG001
    phase = item.get("status", {}).get("phase")
    return Verdict(phase in {"Available", "Bound"}, f"the volume is {phase}")


def _service(item: Object, view: View) -> Verdict:
    spec = item["spec"]
    balanced = bool(item.get("status", {}).get("loadBalancer", {}).get("ingress"))
    if spec.get("type") == "LoadBalancer" and not balanced:
        return Verdict(False, "the cluster's load balancer has given it no address yet")
    if spec.get("clusterIP") == "None" or spec.get("type") == "ExternalName" or not spec.get("selector"):
        return Verdict(True)
    targets = [
        endpoint.get("conditions", {})
        for piece in view.all("EndpointSlice")
        if piece["metadata"].get("labels", {}).get("kubernetes.io/service-name") == item["metadata"]["name"]
        for endpoint in piece.get("endpoints") or ()
    ]
    pending = [target for target in targets if target.get("ready") is False and not target.get("terminating")]
    if pending:
        return Verdict(False, f"{len(pending)} of its {len(targets)} pods are not ready")
    # No pod at all: they may be on their way.
    return Verdict(True, "its selector matches no pod so far", settle=0 if targets else 10)


def _ingress(item: Object, view: View) -> Verdict:
    if not item.get("status", {}).get("loadBalancer", {}).get("ingress"):
        return Verdict(False, "no ingress controller has given it an address yet")
    named = {
        path["backend"]["service"]["name"]
        for rule in item["spec"].get("rules") or ()
        for path in rule.get("http", {}).get("paths", ())
        if "service" in path["backend"]
    }
    missing = sorted(name for name in named if view.named("Service", name) is None)
    return Verdict(True, f"no such Service: {', '.join(missing)}", settle=10 if missing else 0)


def _token(item: Object, view: View) -> Verdict:  # noqa: ARG001
    waits = item.get("type") == "kubernetes.io/service-account-token" and not item.get("data")
    return Verdict(not waits, "its token has not been written yet")


def _quota(item: Object, view: View) -> Verdict:  # noqa: ARG001
    return Verdict(item["spec"].get("hard") == item.get("status", {}).get("hard"), "the quota is not in force yet")


CHECKS: dict[tuple[str, str], Check] = {
    ("apps/v1", "Deployment"): Check(_deployment, (("apps/v1", "ReplicaSet"), POD, EVENT, ("v1", "PersistentVolumeClaim"))),
    ("apps/v1", "StatefulSet"): Check(_stateful_set, (POD, EVENT)),
    ("apps/v1", "DaemonSet"): Check(_daemon_set, (POD, EVENT)),
    ("batch/v1", "Job"): Check(_job, (POD, EVENT)),
    ("v1", "Pod"): Check(_pod, (EVENT,)),
    ("v1", "PersistentVolumeClaim"): Check(_claim, (("storage.k8s.io/v1", "StorageClass"), EVENT)),
    ("v1", "PersistentVolume"): Check(_volume),
    ("v1", "ResourceQuota"): Check(_quota),
    ("v1", "Secret"): Check(_token),
    ("v1", "Service"): Check(_service, (("discovery.k8s.io/v1", "EndpointSlice"), EVENT)),
    ("networking.k8s.io/v1", "Ingress"): Check(_ingress, (("v1", "Service"), EVENT)),
}
