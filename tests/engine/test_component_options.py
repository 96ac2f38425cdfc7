"""Components in a program of one's own: its options reach the children, and its cluster need not exist yet."""

import json
from typing import Any

import pytest

from tests.engine.recorded_stack import RecordedStack

PROGRAM = """
import json
import pulumi, pulumi_kubernetes, pulumi_random
from railbed import KubernetesApp, Postgresql

made_later = pulumi_random.RandomString("cluster", length=8).result
kubeconfig = made_later.apply(lambda name: json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [{"name": name}]}))
provider = pulumi_kubernetes.Provider("made-here", kubeconfig=kubeconfig)

def annotate(args):
    if not args.type_.startswith("kubernetes:"):
        return None
    metadata = {**args.props["metadata"], "annotations": {**args.props["metadata"].get("annotations", {}), "team": "shop"}}
    return pulumi.ResourceTransformResult({**args.props, "metadata": metadata}, args.opts)

options = pulumi.ResourceOptions(provider=provider, transforms=[annotate])
database = Postgresql("shop-database", {"namespace": "shop"}, options)
app = KubernetesApp(
    "shop",
    {
        "app": {
            "name": "shop",
            "image": {"ref": "registry.example.com/shop:1"},
            "workers": {"default": {}},
            "cron": {"digest": {"schedule": "@daily", "command": ["bin/digest"]}},
            "migration": {"post": True},
        },
        "secrets": {"DATABASE_URL": database.url, "REDIS_URL": "redis://redis.example.com", "RAILS_MASTER_KEY": "0" * 32},
        "namespace": "shop",
        "kubeconfig": kubeconfig,
    },
    options,
)
pulumi.export("kubeconfig", kubeconfig)
pulumi.export("image", app.image)
pulumi.export("url", app.url)
"""


@pytest.fixture(scope="module")
def own_program(empty_stack: RecordedStack) -> RecordedStack:
    empty_stack.program(PROGRAM)
    return empty_stack


def test_a_preview_works_before_the_cluster_exists(own_program: RecordedStack) -> None:
    run = own_program.preview()
    assert run.code == 0, run.text
    assert "Traceback" not in run.text
    assert run.changed("Deployment") == {"shop-web", "shop-default", "shop-console"}, "the preview hides what it will make"
    assert run.changed("Job") == {"shop-migrate", "shop-post-migrate"}
    assert 'image     : "registry.example.com/shop:1"' in run.text, "the image is known and should be shown"


def test_options_of_a_component_reach_all_that_it_makes(own_program: RecordedStack) -> None:
    own_program.deploy()
    objects = [each for each in resources(own_program) if each["type"].startswith("kubernetes:")]
    assert len(objects) > 15
    elsewhere = [each["urn"] for each in objects if "::made-here::" not in each["provider"]]
    assert elsewhere == [], "these would go to another cluster than the one that was given"
    untouched = [each["urn"] for each in objects if each["inputs"]["metadata"]["annotations"].get("team") != "shop"]
    assert untouched == [], "opts.transforms did not reach these"


def test_a_program_of_ones_own_is_left_alone_by_a_second_up(own_program: RecordedStack) -> None:
    assert own_program.deploy().operations == {}


def resources(stack: RecordedStack) -> list[dict[str, Any]]:
    """Resources in the state, providers left out."""
    found = json.loads(stack.exported())["deployment"]["resources"]
    return [each for each in found if not each["type"].startswith("pulumi:")]
