"""Commands reach containers as they are written: Kubernetes reads $(NAME) and $$ in them, ECS does not."""

import re
from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.ecs_samples import containers_of, deployed
from tests.unit.samples import WORKLOADS, make

WRITTEN = ["sh", "-c", "DO $$ $(TOKEN) $HOME $$$(TOKEN) $", "$(TOKEN)", "$$"]
VARIABLES = {"TOKEN": "hunter2-pass", "A": "1"}


def started(words: list[str]) -> list[str]:
    """What Kubernetes makes of words of a manifest.

    https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ (command, args)
    """

    def value(found: re.Match[str]) -> str:
        return "$" if found[0] == "$$" else VARIABLES.get(found[1], found[0])

    return [re.sub(r"\$\$|\$\(([^)]*)\)", value, word) for word in words]


def test_the_reader_of_manifests_reads_variables() -> None:
    assert started(["DO $$ $(TOKEN) $HOME $(NONE) $$(A)"]) == ["DO $ hunter2-pass $HOME $(NONE) $(A)"]


@pytest.mark.parametrize("component", [name for name in WORKLOADS if name != "Console"])
def test_a_command_arrives_as_written(deploy: Deploy, component: str) -> None:
    (workload,) = (
        each for kind in ("Deployment", "Job", "CronJob") for each in deploy(lambda: make(component, command=WRITTEN)).all(kind)
    )
    assert started(workload.container["args"]) == WRITTEN, "a secret would become an argument that every process can read"


@pytest.mark.parametrize("component", [name for name in WORKLOADS if name != "Console"])
def test_an_entrypoint_arrives_as_written(deploy: Deploy, component: str) -> None:
    (workload,) = (
        each
        for kind in ("Deployment", "Job", "CronJob")
        for each in deploy(lambda: make(component, entrypoint=WRITTEN)).all(kind)
    )
    assert started(workload.container["command"]) == WRITTEN


def test_the_names_of_folders_arrive_as_written(deploy: Deploy) -> None:
    pod = deploy(lambda: make("RailsWeb", writable_paths=["/a$$b", "/$(TOKEN)"])).the("Deployment").pod
    (script,) = started(pod["initContainers"][0]["command"][2:])
    assert "cp -R '/a$$b'/." in script
    assert "'/$(TOKEN)'" in script


@pytest.mark.parametrize("component", WORKLOADS)
def test_nothing_else_of_a_pod_is_read_as_a_variable(deploy: Deploy, component: str) -> None:
    deployment = deploy(lambda: make(component, secrets={"DATABASE_URL": "postgresql://db/app"}))
    for each in (each for kind in ("Deployment", "Job", "CronJob") for each in deployment.all(kind)):
        for container in [*each.pod["containers"], *each.pod["initContainers"]]:
            for word in [*container.get("command", []), *container.get("args", [])]:
                assert "$" not in word.replace("$$", ""), f"{each.name}: Kubernetes may read a variable in {word!r}"
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                words = container.get(probe, {}).get("exec", {}).get("command", [])
                assert started(words) == words, f"{each.name}: Kubernetes checks with another command"


def ruby_options(deploy: Deploy, **arguments: Any) -> str:
    job = deploy(lambda: make("MigrationJob", **arguments)).the("Job")
    (variable,) = job.container["env"]
    return str(variable["value"])


def test_options_for_ruby_arrive_as_written(deploy: Deploy) -> None:
    ours = "-r/railbed/ordered_log.rb"
    assert ruby_options(deploy, env={"RUBYOPT": "-W0 -r$(TOKEN)"}) == f"-W0 -r$$(TOKEN) {ours}"
    assert ruby_options(deploy, secrets={"RUBYOPT": "--yjit"}) == f"$(RUBYOPT) {ours}", (
        "Ruby would not get the options, or the pod would show them"
    )


@pytest.mark.parametrize("component", ["EcsService", "EcsTaskRun", "EcsScheduledTask"])
def test_on_ecs_a_command_is_sent_as_written(component: str) -> None:
    task = deployed(component, command=WRITTEN, entrypoint=WRITTEN).the("TaskDefinition")
    container = containers_of(task)[0]
    assert container["command"][-len(WRITTEN) :] == WRITTEN, "ECS reads no variables: doubled dollars would stay"
    assert container["entryPoint"] == WRITTEN
