"""Wrong settings, as the user meets them: one message with every problem, and nothing is made."""

from pathlib import Path

import pytest

from tests.cluster.rails_stack import RailsStack, Run


def refused(stack: RailsStack, *problems: str) -> Run:
    run = stack.up()
    assert run.code != 0, f"wrong settings were accepted:\n{run.text}"
    assert "Traceback" not in run.text, f"the user reads a traceback:\n{run.text}"
    for problem in problems:
        assert problem in run.text, f"not told: {problem}\n{run.text}"
    created = [name for name in run.operations if not name.startswith("pulumi:")]
    assert not created, f"made in spite of wrong settings: {created}"
    assert stack.name not in stack.kubectl("get", "namespaces", "-o", "name"), "a namespace was made"
    return run


def test_every_problem_is_told_at_once(stack: RailsStack) -> None:
    stack.app["image"]["ref"] = "registry.example.com/shop:latest"
    stack.app["web"]["replicas"] = 0
    stack.app["workers"]["default"]["queue"] = ["mailers"]
    stack.app["cron"] = {"digest": {"schedule": "0 25 * * *", "command": ["true"]}}
    stack.settings["database"]["storage"] = 10
    refused(
        stack,
        "5 problems, nothing has been changed",
        "app.image.ref",
        "app.web.replicas: found 0",
        "app.workers.default.queue: is not known here. Did you mean 'queues'?",
        "the hour '25' is outside 0 to 23",
        "database.storage: found 10",
    )


def test_a_setting_that_is_missing_is_named(stack: RailsStack) -> None:
    del stack.settings["app"]
    refused(stack, "railbed:app")


def test_a_secret_in_a_wrong_place_is_not_shown(stack: RailsStack) -> None:
    stack.settings["secrets"]["NOT-A-NAME"] = "hunter2-secret"
    run = refused(stack, "NOT-A-NAME")
    assert "hunter2-secret" not in run.text, "the message shows a secret"


def test_a_kubeconfig_that_is_not_there_is_told(stack: RailsStack) -> None:
    stack.settings["cluster"]["kubeconfig"] = "/nowhere/kubeconfig"
    refused(stack, "cluster.kubeconfig", "there is no such file")


def test_a_machine_without_a_kubeconfig_is_told(stack: RailsStack, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(stack.variables, "KUBECONFIG", "/nowhere/kubeconfig")
        run = stack.up()
    assert run.code != 0, f"`up` succeeded without a cluster:\n{run.text}"
    assert "cluster.kubeconfig is not given, and $KUBECONFIG is '/nowhere/kubeconfig', where there is no file" in run.text
    assert set(run.operations) <= {"pulumi:pulumi:Stack::railbed-test"}, "something was made without a cluster"


def test_a_kubeconfig_is_found_in_a_list_as_by_kubectl(stack: RailsStack) -> None:
    stack.variables["KUBECONFIG"] = f"/nowhere/kubeconfig:{stack.variables['KUBECONFIG']}"
    run = stack.preview()
    assert run.code == 0, f"the cluster is not found:\n{run.text}"


def test_a_cluster_that_does_not_answer_fails_in_a_sentence(stack: RailsStack) -> None:
    elsewhere = stack.folder / "kubeconfig"
    elsewhere.write_text(Path(stack.variables["KUBECONFIG"]).read_text().replace("https://", "https://127.0.0.1:9/"))
    stack.settings["cluster"]["kubeconfig"] = str(elsewhere)
    run = stack.up()
    assert run.code != 0, f"`up` succeeded without a cluster:\n{run.text}"
    assert "Kubernetes cluster is unreachable" in run.text and "127.0.0.1:9" in run.text, f"the reason is not told:\n{run.text}"
    assert "Traceback" not in run.text, f"the user reads a traceback:\n{run.text}"
