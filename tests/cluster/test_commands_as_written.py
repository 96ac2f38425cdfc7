"""Commands reach containers of a real Kubernetes as they are written, and start in the application's folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from railbed import Console, CronTask, MigrationJob, SidekiqWorkers
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack, kubectl, kubernetes_stack
from tests.cluster.waiting import eventually

TOKEN = "hunter2-pass"
TEXT = "DO $$ BEGIN $(TOKEN) $HOME $$$(TOKEN) $( $"
SHOW = "tr '\\0' '\\n' < /proc/1/cmdline; pwd; echo \"RUBYOPT is $RUBYOPT\""
"""Tells the words that process 1 was started with, its folder and its options for Ruby."""
WAIT = f"{SHOW}; sleep 600"
FOLDER = "/usr/share"


def program(stack: KubernetesStack) -> None:
    shared: Any = {
        "image": SHELL_IMAGE,
        "entrypoint": ["/usr/bin/env"],
        "secrets": {"TOKEN": TOKEN},
        "namespace": stack.namespace,
        "kubeconfig": stack.variables["KUBECONFIG"],
        "workdir": FOLDER,
        "writable_paths": ["/a$$b/$(TOKEN)"],
    }
    once = {**shared, "command": ["sh", "-c", SHOW, TEXT]}
    migration: Any = {**once, "secrets": {"TOKEN": TOKEN, "RUBYOPT": "-W0"}, "database_seconds": 0}
    workers: Any = {**shared, "command": ["sh", "-c", WAIT, TEXT], "shutdown_seconds": 1}
    task: Any = {**once, "schedule": "@yearly"}
    MigrationJob("migrate", migration)
    SidekiqWorkers("workers", workers)
    CronTask("cron", task)
    Console("console", shared)


@pytest.fixture(scope="module")
def stack(variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesStack]:
    with kubernetes_stack(tmp_path_factory.mktemp("stack"), variables) as made:
        outcome = made.up(lambda: program(made))
        assert outcome.succeeded, outcome.text
        kubectl(made, "create", "job", "--from=cronjob/cron", "now")
        kubectl(made, "wait", "--for=condition=Complete", "job/now", "--timeout=120s")
        yield made


def log_of(stack: KubernetesStack, workload: str) -> str:
    return kubectl(stack, "logs", "--selector", f"app.kubernetes.io/instance={workload}", "--tail=-1")


@pytest.mark.parametrize("workload", ["migrate", "workers", "cron"])
def test_a_command_arrives_as_written_and_starts_in_its_folder(stack: KubernetesStack, workload: str) -> None:
    script = WAIT if workload == "workers" else SHOW
    expected = ["sh", "-c", script, TEXT, FOLDER]
    log = eventually(lambda: log_of(stack, workload), f"{workload} writes its log")
    assert log.splitlines()[: len(expected)] == expected
    assert TOKEN not in log, "a secret became an argument, which every process of the node can read"


def test_options_for_ruby_in_a_secret_reach_the_migration(stack: KubernetesStack) -> None:
    assert "RUBYOPT is -W0 -r/railbed/ordered_log.rb" in log_of(stack, "migrate")
    assert "-W0" not in kubectl(stack, "get", "jobs,pods", "-o", "yaml"), "the secret options can be read in the pod"


def test_one_off_commands_run_in_the_folder_of_the_application(stack: KubernetesStack) -> None:
    assert kubectl(stack, "exec", "deployment/console", "--", "pwd").strip() == FOLDER, (
        "bin/rails console would not be found where the image's own folder is another one"
    )


def test_a_folder_with_dollars_in_its_name_is_writable(stack: KubernetesStack) -> None:
    kubectl(stack, "exec", "deployment/console", "--", "sh", "-c", "echo new > '/a$$b/$(TOKEN)/new'")
