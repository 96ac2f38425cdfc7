"""What a person reads of previews that the real engine printed, on every target."""

from typing import Any

import pytest

from railbed_stacks.commands.preview.plan import Plan, Step
from railbed_stacks.commands.preview.report import Report, is_postgresql, report_of
from tests.unit.recorded_previews import OF_EVERY_TARGET, TARGETS, plan_of

AFTER_THE_MIGRATION = ("web", "workers `default`", "workers `mailers`", "cron task `digest`")
WITH_A_CONSOLE, WITHOUT_A_CONSOLE = (*AFTER_THE_MIGRATION, "console"), AFTER_THE_MIGRATION
ROLLS = {
    "migration": "migration runs before everything else",
    "web": "web rolls",
    "workers `default`": "workers `default` roll",
    "workers `mailers`": "workers `mailers` roll",
    "cron task `digest`": "cron task `digest` runs with it from its next time on",
    "console": "console is started anew",
    "post-migration": "post-migration runs after everything else has rolled",
}
PARTS = {target: ["migration", *AFTER_THE_MIGRATION, "console", "post-migration"] for target in ("cluster", "doks", "eks")} | {
    "ecs": ["migration", *AFTER_THE_MIGRATION, "post-migration"],
    "docker": ["migration", *AFTER_THE_MIGRATION, "console"],
}


def report(target: str, name: str) -> Report:
    return report_of(plan_of(target, name))


def application(target: str, name: str) -> list[str]:
    return [each.sentence for each in report(target, name).parts]


def things(target: str, name: str) -> list[str]:
    return [each.sentence for each in report(target, name).noted]


def step(kind: str, operation: str, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, **more: Any) -> Step:
    return Step(operation, f"urn:pulumi:test::shop::{kind}::thing", kind, old=old or {}, new=new or {}, **more)


def of(*steps: Step) -> Report:
    return report_of(Plan(steps))


@pytest.mark.parametrize("target", TARGETS)
def test_a_release_rolls_every_part_for_its_image(target: str) -> None:
    assert application(target, "release") == [f"{ROLLS[part]}: image" for part in PARTS[target]]


@pytest.mark.parametrize(
    ("target", "image"),
    [
        ("cluster", "registry.example.com/shop"),
        ("doks", "registry.digitalocean.com/example/shop"),
        ("eks", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop"),
        ("ecs", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop"),
        ("docker", "registry.example.com/shop"),
    ],
)
def test_a_release_names_both_images(target: str, image: str) -> None:
    old = "1" if target in ("cluster", "docker") else "1f3c2ab"
    found = report(target, "release").image
    assert (found.old, found.new, found.changes) == (f"{image}:{old}", f"{image}:2", True)
    assert not report(target, "resized").image.changes


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("cluster", "env `GREETING`"),
        ("doks", "new env `GREETING`"),
        ("eks", "new env `GREETING`"),
        ("ecs", "new env `GREETING`"),
        ("docker", "env or secrets (Pulumi hides which)"),
    ],
)
def test_a_variable_is_named_and_its_value_is_not(target: str, cause: str) -> None:
    assert application(target, "env") == [f"{ROLLS[part]}: {cause}" for part in PARTS[target]]


@pytest.mark.parametrize(
    ("target", "changed", "new"),
    [
        ("cluster", "secret `RAILS_MASTER_KEY`", "secret `STRIPE_KEY`"),
        ("doks", "secret `RAILS_MASTER_KEY`", "secret `STRIPE_KEY`"),
        ("eks", "secret `RAILS_MASTER_KEY`", "secret `STRIPE_KEY`"),
        # On ECS all secrets of an application are one secret of Secrets Manager.
        ("ecs", "values of its secrets", "new secret `STRIPE_KEY`"),
        ("docker", "env or secrets (Pulumi hides which)", "env or secrets (Pulumi hides which)"),
    ],
)
def test_a_secret_is_named(target: str, changed: str, new: str) -> None:
    assert application(target, "secret") == [f"{ROLLS[part]}: {changed}" for part in PARTS[target]]
    assert application(target, "new_secret") == [f"{ROLLS[part]}: {new}" for part in PARTS[target]]


@pytest.mark.parametrize("target", TARGETS)
def test_workers_come_and_go(target: str) -> None:
    assert application(target, "new_workers") == ["workers `reports` are new"]
    gone = "workers `mailers` are removed: jobs in their queues wait until another group takes these queues"
    assert application(target, "removed_workers") == [gone]


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_said_of_nothing(target: str) -> None:
    found = report(target, "nothing")
    assert (found.headline, found.parts, found.changes, found.loud, found.steps) == ("Nothing changes", [], [], [], [])


@pytest.mark.parametrize(("target", "number"), [("cluster", 50), ("doks", 51), ("eks", 141), ("ecs", 125), ("docker", 20)])
def test_the_first_deployment_says_so(target: str, number: int) -> None:
    found = report(target, "first")
    assert found.headline == f"The first deployment: {number} resources will be made"
    new = {"migration": "migration runs first", "post-migration": "post-migration runs last"}
    expected = [new.get(part, f"{part} {'are' if part.startswith('workers') else 'is'} new") for part in PARTS[target]]
    assert application(target, "first") == expected + (["proxy is new"] if target == "docker" else [])
    assert found.loud == []


@pytest.mark.parametrize(
    ("target", "parts", "others"),
    [
        (
            "cluster",
            ["web is scaled: 2 → 4 copies"],
            ["volume of PostgreSQL `shop-database-size` changes: storage 10Gi → 20Gi"],
        ),
        ("doks", [], ["PostgreSQL `shop-database` changes: size db-s-2vcpu-4gb → db-s-4vcpu-8gb"]),
        (
            "eks",
            [],
            [
                "PostgreSQL `shop-database` changes, some of it only in the next maintenance window: "
                "class db.t4g.medium → db.m7g.large, storage 50 GB → 200 GB, most storage 250 GB → 1000 GB",
                "alarm `shop-database-storage` changes: threshold 5000000000 → 20000000000",
            ],
        ),
        (
            "ecs",
            ["web is scaled: 3 → 6 copies"],
            [
                "PostgreSQL `shop-database` changes, some of it only in the next maintenance window: "
                "class db.t4g.medium → db.m7g.large"
            ],
        ),
        ("docker", ["web is scaled: 2 → 3 copies"], []),
    ],
)
def test_sizes_are_shown_before_and_afterwards(target: str, parts: list[str], others: list[str]) -> None:
    found = report(target, "resized")
    assert [each.sentence for each in found.parts] == parts
    assert [each.sentence for each in found.noted] == others
    assert not any(each.starts for each in found.parts), "nothing is started anew"


@pytest.mark.parametrize(
    ("target", "name", "expected"),
    [
        ("doks", "replaced", ["nodes `shop-default` are replaced for `size`: size s-4vcpu-8gb → s-8vcpu-16gb"]),
        ("eks", "replaced", ["nodes `shop-default` are replaced for `instanceTypes`: size t3.large → t3.medium"]),
        (
            "ecs",
            "other_host",
            [
                "certificate `shop` is replaced for `domainName`: host shop.example.com → other.example.com",
                "DNS record `shop-other.example.com` is new: name known later, type CNAME",
                "DNS record `shop-other.example.com` is new: name other.example.com, type A",
                "DNS record `shop-shop.example.com` leaves the stack and stays where it is",
                "DNS record `shop-shop.example.com` is deleted",
            ],
        ),
    ],
)
def test_what_is_replaced_says_for_what(target: str, name: str, expected: list[str]) -> None:
    assert things(target, name) == expected
    assert report(target, name).loud == [], "nothing of it holds data"


def test_a_store_that_goes_is_loud() -> None:
    found = report("cluster", "no_redis")
    assert found.loud == ["Redis `shop-redis` is deleted; its volume stays"]
    assert found.headline.startswith("1 store or place will be deleted or replaced, 7 parts of the application")
    assert application("cluster", "no_redis") == [f"{ROLLS[part]}: secret `REDIS_URL`" for part in PARTS["cluster"]]
    assert "volume of Redis `shop-redis-size` leaves the stack and stays where it is" in things("cluster", "no_redis")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("aws:rds/instance:Instance", "database `thing` is deleted. Lost with it: all rows"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", "Redis `thing` is deleted. Lost with it: all keys"),
        ("aws:s3/bucket:Bucket", "bucket `thing` is deleted. Lost with it: all files"),
        ("aws:efs/fileSystem:FileSystem", "file system `thing` is deleted. Lost with it: all files"),
        ("aws:kms/key:Key", "key `thing` is deleted. Lost with it: everything that is encrypted with it"),
        ("aws:ecr/repository:Repository", "image repository `thing` is deleted. Lost with it: all images"),
        ("aws:ec2/vpc:Vpc", "network `thing` is deleted. Lost with it: everything in it"),
        ("aws:eks/cluster:Cluster", "cluster `thing` is deleted. Lost with it: everything that runs in it"),
        ("aws:ecs/cluster:Cluster", "cluster `thing` is deleted. Lost with it: everything that runs in it"),
        (
            "digitalocean:index/databaseCluster:DatabaseCluster",
            "database cluster `thing` is deleted. Lost with it: all data in it",
        ),
        ("digitalocean:index/databaseDb:DatabaseDb", "database `thing` is deleted. Lost with it: all rows"),
        ("digitalocean:index/databaseUser:DatabaseUser", "user of the database `thing` is deleted. Lost with it: the access"),
        (
            "digitalocean:index/containerRegistry:ContainerRegistry",
            "image registry `thing` is deleted. Lost with it: all images",
        ),
        ("digitalocean:index/domain:Domain", "DNS zone `thing` is deleted. Lost with it: all its records"),
        (
            "digitalocean:index/kubernetesCluster:KubernetesCluster",
            "cluster `thing` is deleted. Lost with it: everything that runs",
        ),
        ("digitalocean:index/spacesBucket:SpacesBucket", "bucket `thing` is deleted. Lost with it: all files"),
        ("digitalocean:index/volume:Volume", "volume `thing` is deleted. Lost with it: all files"),
        ("digitalocean:index/vpc:Vpc", "network `thing` is deleted. Lost with it: everything in it"),
        ("kubernetes:core/v1:Namespace", "namespace `thing` is deleted. Lost with it: everything in it"),
        ("kubernetes:core/v1:PersistentVolumeClaim", "volume `thing` is deleted. Lost with it: all data on it"),
        ("docker:index/volume:Volume", "volume `thing` is deleted. Lost with it: all data on it"),
    ],
)
def test_whatever_holds_data_is_loud_when_it_goes_or_is_made_anew(kind: str, expected: str) -> None:
    (deleted,) = of(step(kind, "delete", {"name": "a"})).loud
    assert deleted.startswith(expected)
    (replaced,) = of(step(kind, "replace", {"name": "a"}, {"name": "b"}, replaced_for=["name"])).loud
    assert replaced.startswith(expected.replace("is deleted", "is replaced for `name`"))
    assert of(step(kind, "update", {"name": "a"}, {"name": "b"}, paths=["name"])).loud == []
    assert of(step(kind, "create", new={"name": "a"})).loud == []
    assert of(step(kind, "delete", {"name": "a"}, retained=True)).loud == [], "it stays where it is"


def test_a_password_is_loud_only_if_its_store_stays() -> None:
    kind = "random:index/randomPassword:RandomPassword"
    assert of(step(kind, "delete")).loud == []
    (line,) = of(step(kind, "replace", {"length": 32}, {"length": 40}, replaced_for=["length"])).loud
    assert line == "password `thing` is replaced for `length`. Lost with it: the access of whoever uses it"


def test_a_store_whose_volume_goes_with_it_is_lost() -> None:
    kind = "kubernetes:apps/v1:StatefulSet"
    (line,) = of(step(kind, "delete", {"spec": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}})).loud
    assert line == "data store `thing` is deleted. Lost with it: all data, unless its volume is kept"


@pytest.mark.parametrize(
    ("new", "when"),
    [
        ({"instanceClass": "db.m7g.large"}, ", some of it only in the next maintenance window"),
        ({"instanceClass": "db.m7g.large", "applyImmediately": True}, " at once"),
    ],
)
def test_a_database_of_aws_says_when_it_changes(new: dict[str, Any], when: str) -> None:
    change = step("aws:rds/instance:Instance", "update", {"instanceClass": "db.t4g.small"}, new, paths=["instanceClass"])
    (found,) = of(change).noted
    assert found.sentence == f"database `thing` changes{when}: class db.t4g.small → db.m7g.large"


def test_of_a_setting_that_nobody_named_only_the_name_is_shown() -> None:
    change = step("aws:rds/instance:Instance", "update", {"password": "old-one"}, {"password": "new-one"}, paths=["password"])
    (found,) = of(change).noted
    assert found.sentence == "database `thing` changes: `password`"


def test_a_type_that_nobody_named_is_called_by_its_own_words() -> None:
    (found,) = of(step("aws:ec2/flowLog:FlowLog", "create")).others
    assert found.sentence == "flow log `thing` is new"


@pytest.mark.parametrize(
    ("kind", "engine", "expected"),
    [
        ("aws:rds/instance:Instance", "postgres", True),
        ("aws:rds/instance:Instance", "mysql", False),
        ("aws:rds/instance:Instance", "mariadb", False),
        ("digitalocean:index/databaseCluster:DatabaseCluster", "pg", True),
        ("digitalocean:index/databaseCluster:DatabaseCluster", "mysql", False),
        ("digitalocean:index/databaseCluster:DatabaseCluster", "valkey", True),
    ],
)
def test_migrations_are_judged_for_the_database_of_the_stack(kind: str, engine: str, expected: bool) -> None:
    assert is_postgresql(Plan((step(kind, "same", {"engine": engine}, {"engine": engine}),))) is expected


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", OF_EVERY_TARGET)
def test_every_change_of_the_preview_is_somewhere(target: str, name: str) -> None:
    found = report(target, name)
    told = {each.step.urn for each in found.changes} | {each.urn for change in found.parts for each in change.part.steps}
    assert [each.urn for each in found.steps if each.urn not in told] == []


def test_values_that_are_known_later_are_named() -> None:
    assert "service `shop-web`: `taskDefinition`" in report("ecs", "release").unknown
    assert "attachment `shop-default`: `autoscalingGroupName`" in report("eks", "replaced").unknown
    assert report("ecs", "first").unknown == [], "of what is new everything is known later"
