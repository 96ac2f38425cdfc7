"""The program that `make bench` measures railbed against is one that a person could have written, and hides nothing."""

import json

import pytest

from bench.bare_program import bare_program
from tests.judges.registered import SECRET

STACK = "urn:pulumi:test::railbed"
NAMESPACE = f"{STACK}::kubernetes:core/v1:Namespace::shop"
PASSWORD = f"{STACK}::railbed:index:Postgresql$random:index/randomPassword:RandomPassword::shop"
PROVIDER = f"{STACK}::pulumi:providers:kubernetes::cluster"


def secret(value: object) -> dict[str, str]:
    return {SECRET: "1b47061264138c4ac30d75fd1eb44270", "plaintext": json.dumps(value)}


def exported(*resources: dict[str, object]) -> str:
    return json.dumps({"deployment": {"resources": [{"custom": True, **each} for each in resources]}})


PROGRAM = bare_program(
    exported(
        {"urn": f"{STACK}::pulumi:pulumi:Stack::railbed-test", "type": "pulumi:pulumi:Stack", "custom": False},
        {"urn": f"{STACK}::pulumi:providers:random::default_4_21", "type": "pulumi:providers:random"},
        {"urn": f"{STACK}::railbed:index:Postgresql::shop", "type": "railbed:index:Postgresql", "custom": False},
        {"urn": PROVIDER, "type": "pulumi:providers:kubernetes", "inputs": {"version": "4.34.2", "enablePatchForce": "true"}},
        {"urn": PASSWORD, "type": "random:index/randomPassword:RandomPassword", "inputs": {"length": 32}},
        {
            "urn": NAMESPACE,
            "type": "kubernetes:core/v1:Namespace",
            "provider": f"{PROVIDER}::04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            "inputs": {"__defaults": [], "apiVersion": "v1", "metadata": {"labels": {"key": secret("hidden")}}},
            "dependencies": [PASSWORD],
            "propertyDependencies": {"metadata": [PASSWORD]},
        },
        {
            "urn": f"{STACK}::kubernetes:core/v1:Secret::shop",
            "type": "kubernetes:core/v1:Secret",
            "inputs": {"stringData": {"a": "b"}},
            "dependencies": [NAMESPACE],
        },
    )
)


@pytest.mark.parametrize(
    "part",
    [
        f"made['{PROVIDER}'] = pulumi_kubernetes.Provider('0-cluster', enable_patch_force='true')",
        f"made['{PASSWORD}'] = pulumi_random.RandomPassword('1-shop', length=32)",
        f"metadata=pulumi.Output.secret(known_with({{'labels': {{'key': 'hidden'}}}}, '{PASSWORD}'))",
        f"opts=pulumi.ResourceOptions(provider=made['{PROVIDER}'])",
        f"string_data={{'a': 'b'}}, opts=pulumi.ResourceOptions(depends_on=[made['{NAMESPACE}']])",
    ],
)
def test_resources_are_made_as_in_the_stack(part: str) -> None:
    assert part in PROGRAM


def test_what_only_railbed_or_the_engine_makes_is_left_out() -> None:
    compile(PROGRAM, "__main__.py", "exec")
    assert PROGRAM.count("\nmade[") == 4
    assert "import railbed" not in PROGRAM, "the baseline would pay for what it is to measure"
