"""Where the application is to run: the target's own sections."""

from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.commands.init.draft import Draft, guess
from railbed_stacks.settings import Target

REGIONS = {Target.DOKS: "fra1", Target.EKS: "eu-central-1", Target.ECS: "eu-central-1"}
"""Regions where none is given."""
_SSH_USER = "root"


def guess_target(files: ApplicationFiles) -> Target:
    """The target nearest to where the application runs: ECS for Copilot, else a cluster."""
    return Target.ECS if files.copilot else Target.CLUSTER


def decide_target(draft: Draft, files: ApplicationFiles, region: str | None, *, is_given: bool) -> None:
    """Set the target and what it needs."""
    reason = "option --target" if is_given else guess("--target takes another: cluster, doks, eks, ecs or docker")
    draft.set("target", draft.target.value, reason)
    if draft.target in REGIONS:
        why = "option --region" if region else guess("--region takes another")
        draft.set("region", region or REGIONS[draft.target], why)
        draft.note("The application answers by HTTP under the load balancer's address until railbed:dns names a zone")
    elif draft.target is Target.DOCKER:
        _decide_machine(draft, files)
    else:
        draft.note(
            "Nobody outside the cluster reaches the application until railbed:cluster says how: {exposure: ingress, "
            "ingress_class: traefik, cluster_issuer: letsencrypt}, gateway, load_balancer or node_port"
        )


def _decide_machine(draft: Draft, files: ApplicationFiles) -> None:
    kamal = files.kamal
    hosts = list(dict.fromkeys(host for role in kamal.roles for host in role.hosts)) if kamal else []
    if kamal is None or not hosts:
        draft.note("The machine is this one: railbed:docker {host: ssh://user@host} names another")
        return
    user = kamal.user.value if kamal.user else _SSH_USER
    draft.set("docker.host", f"ssh://{user}@{hosts[0]}", kamal.roles[0].place)
    if len(hosts) > 1:
        draft.note(f"Target docker is one machine: of {', '.join(hosts)} the first is taken", kamal.roles[0].place)
