"""A secret value never shows: not in Pulumi's state, in previews, in ConfigMaps or on command lines."""

import json
from typing import Any

import pulumi
import pytest

from tests.unit.conftest import Deploy
from tests.unit.recording import HIDDEN, Deployment
from tests.unit.samples import IMAGE, STORES, WORKLOADS, make

SECRET = "hunter2-pass"


def shown(deployed: Deployment) -> str:
    """Everything that is sent to the engine without being marked secret."""
    return json.dumps([[each.visible, each.outputs] for each in deployed.resources])


def everything(deployed: Deployment) -> str:
    return json.dumps([each.inputs for each in deployed.resources])


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("as_output", [False, True])
def test_secrets_of_a_workload_are_marked_secret(deploy: Deploy, workload: str, as_output: bool) -> None:
    def program() -> Any:
        url = f"postgresql://app:{SECRET}@db/app"
        value = pulumi.Output.from_input(url) if as_output else url
        return make(workload, secrets={"DATABASE_URL": value})

    deployed = deploy(program)
    assert SECRET in everything(deployed), "the secret reaches the cluster"
    assert SECRET not in shown(deployed)
    assert deployed.the("Secret").visible["stringData"] == HIDDEN


@pytest.mark.parametrize("workload", WORKLOADS)
def test_secrets_of_a_workload_are_only_in_its_secret(deploy: Deploy, workload: str) -> None:
    deployed = deploy(lambda: make(workload, secrets={"DATABASE_URL": f"postgresql://app:{SECRET}@db/app"}))
    holders = [each.type for each in deployed.resources if SECRET in json.dumps(each.inputs)]
    assert holders == ["kubernetes:core/v1:Secret"], "a ConfigMap, a command line or a pod's environment can be read by many"


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("given", [None, SECRET])
def test_passwords_and_addresses_of_stores_are_marked_secret(deploy: Deploy, store: str, given: str | None) -> None:
    deployed = deploy(lambda: make(store, password=given))
    password = given or "generated-password"
    assert password in deployed.result["url"]
    assert password not in shown(deployed)
    assert deployed.the(store).outputs["url"] == HIDDEN
    holders = {each.type for each in deployed.resources if password in json.dumps(each.inputs)}
    assert holders == {"kubernetes:core/v1:Secret"}


@pytest.mark.parametrize("store", STORES)
def test_the_url_of_a_store_is_a_secret_output(deploy: Deploy, store: str) -> None:
    async def hidden(output: pulumi.Output[str]) -> bool:
        return await output.is_secret()

    def program() -> Any:
        made: Any = make(store)
        return {"secret": pulumi.Output.from_input(hidden(made.url)), "open": pulumi.Output.from_input(hidden(made.host))}

    assert deploy(program).result == {"secret": True, "open": False}


def test_registry_credentials_are_marked_secret(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RegistryCredentials"))
    assert SECRET in everything(deployed)
    assert SECRET not in shown(deployed)


def test_secrets_of_a_whole_application_are_marked_secret(deploy: Deploy) -> None:
    app = {
        "name": "shop",
        "image": {"ref": IMAGE},
        "workers": {"default": {}},
        "cron": {"digest": {"schedule": "@daily", "command": ["true"]}},
        "migration": {"post": True},
    }
    secrets = {"DATABASE_URL": f"postgresql://app:{SECRET}@db/app", "RAILS_MASTER_KEY": SECRET}
    deployed = deploy(lambda: make("KubernetesApp", app=app, secrets=secrets))
    assert SECRET not in shown(deployed)
    assert len(deployed.all("Secret")) == 6, "every workload has its own, so that a change rolls each of them"
    holders = {each.type for each in deployed.resources if SECRET in json.dumps(each.inputs)}
    assert holders == {"kubernetes:core/v1:Secret"}


def test_a_secret_output_given_as_plain_environment_stays_secret_for_pulumi(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RailsWeb", env={"GREETING": pulumi.Output.secret(SECRET)}))
    assert SECRET not in shown(deployed)
