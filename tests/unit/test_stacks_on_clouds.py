"""The compositions for DigitalOcean and AWS: everything from nothing, from settings alone."""

import json
from typing import Any

import pytest

from tests.unit.cloud_stacks import APP, KUBERNETES, LEAST, SECRET, WEB, deploy, least
from tests.unit.recording import HIDDEN
from tests.unit.samples import RAILS


@pytest.mark.parametrize("target", LEAST)
def test_a_stack_is_complete_from_settings_alone(target: str) -> None:
    kinds = {each.type.rsplit(":", 1)[-1] for each in least(target).resources if each.type.startswith("railbed:")}
    shared = {
        "doks": {
            "EksOrDoksCluster",
            "DigitalOceanDatabase",
            "DigitalOceanCache",
            "DigitalOceanCertificate",
            "DigitalOceanDnsRecords",
        },
        "eks": {"EksOrDoksCluster", "Network"},
        "ecs": {"EcsCluster", "Network"},
    }
    on_aws = {"RdsDatabase", "ElastiCache", "ApplicationLoadBalancer", "AwsCertificate", "AwsDnsRecords"}
    application = {"KubernetesApp", "MigrationJob", "RailsWeb", "SidekiqWorkers", "CronTask", "Console"}
    on_ecs = {"EcsApp", "EcsTaskRun", "EcsService", "EcsScheduledTask", "EcsConsole"}
    expected = shared[target] | (application if target in KUBERNETES else on_ecs) | (on_aws if target != "doks" else set())
    assert kinds == expected


@pytest.mark.parametrize("target", LEAST)
def test_a_preview_shows_the_whole_graph_before_anything_exists(target: str) -> None:
    names = {(each.type, each.name) for each in least(target).resources}
    previewed = {(each.type, each.name) for each in deploy(target, preview=True).resources}
    assert previewed == names, "the preview would hide what will be made"


@pytest.mark.parametrize("target", LEAST)
def test_no_secret_is_readable(target: str) -> None:
    deployed = least(target)
    shown = json.dumps([[each.visible, each.outputs] for each in deployed.resources] + [str(deployed.exports)])
    for secret in (SECRET, "generated-password", "managed-password"):
        assert secret not in shown, f"{secret} would be readable in the state"


@pytest.mark.parametrize("target", KUBERNETES)
def test_the_application_is_told_where_its_stores_are(target: str) -> None:
    deployed = least(target)
    urls = deployed.the("Secret", "shop-web-secrets").inputs["stringData"]
    assert deployed.the("Secret", "shop-web-secrets").visible["stringData"] == HIDDEN
    assert set(urls) == {"RAILS_MASTER_KEY", "DATABASE_URL", "REDIS_URL"}
    assert urls["REDIS_URL"].startswith("rediss://"), "jobs would cross the network in clear text"
    assert "sslmode=require" in urls["DATABASE_URL"], "data would cross the network in clear text"


@pytest.mark.parametrize("target", LEAST)
def test_data_is_protected_from_a_destroy(target: str) -> None:
    stores = [
        each
        for each in least(target).resources
        if each.type.rsplit(":", 1)[-1] in ("DatabaseCluster", "Instance", "ReplicationGroup")
    ]
    assert len(stores) == 2
    assert all(each.request.protect for each in stores)


@pytest.mark.parametrize("target", KUBERNETES)
def test_everything_in_the_cluster_is_made_by_the_clusters_own_provider(target: str) -> None:
    deployed = least(target)
    objects = [each for each in deployed.resources if each.type.startswith("kubernetes:")]
    assert objects
    assert {each.request.provider.split("::")[-2] for each in objects} == {"shop-provider"}, (
        "objects would be made in whatever cluster kubectl points to"
    )


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_everything_on_aws_is_made_in_the_region_and_tagged(target: str) -> None:
    deployed = least(target)
    provider = deployed.the("aws", "aws").inputs
    assert provider["region"] == "eu-central-1"
    assert json.loads(provider["defaultTags"])["tags"] == {"railbed:app": "shop", "railbed:stack": "test"}
    objects = [each for each in deployed.resources if each.type.startswith("aws:")]
    assert {each.request.provider.split("::")[-2] for each in objects} == {"aws"}


def test_digitaloceans_load_balancer_ends_tls_with_a_certificate_that_renews() -> None:
    service = least("doks").the("Service", "shop-web")
    prefix = "service.beta.kubernetes.io/do-loadbalancer"
    annotations = service.inputs["metadata"]["annotations"]
    assert {key.removeprefix(prefix): value for key, value in annotations.items()} == {
        "-type": "REGIONAL",
        "-protocol": "http",
        "-http-idle-timeout-seconds": "60",
        "-enable-backend-keepalive": "true",
        "-tls-ports": "443",
        "-certificate-name": "shop-1a2b3c",
        "-redirect-http-to-https": "true",
        "-disable-lets-encrypt-dns-records": "true",
    }
    assert [port["port"] for port in service.spec["ports"]] == [80, 443]
    without_tls = deploy("doks", dns=None).the("Service", "shop-web").inputs["metadata"]["annotations"]
    assert without_tls[f"{prefix}-type"] == "REGIONAL", "clients' addresses and the time that they may be silent would be lost"


def test_records_lead_to_the_load_balancers() -> None:
    record_of_doks = least("doks").the("DnsRecord").inputs
    assert (record_of_doks["domain"], record_of_doks["name"], record_of_doks["value"]) == ("example.com", "shop", "192.0.2.7")
    for target in ("eks", "ecs"):
        aliases = [alias for each in least(target).all("Record") for alias in each.inputs.get("aliases", [])]
        assert [(alias["name"], alias["zoneId"]) for alias in aliases] == [("shop.elb.amazonaws.com", "Z2")]


def test_without_a_domain_the_application_answers_under_the_load_balancers_address() -> None:
    deployed = deploy("doks", dns=None)
    assert deployed.exports["url"] == "http://192.0.2.7"
    assert not deployed.all("Certificate")
    deployed = deploy("ecs", dns=None)
    assert not deployed.all("Certificate")
    assert [each.inputs["port"] for each in deployed.all("Listener")] == [80]


def test_migrations_go_past_the_connection_pool() -> None:
    deployed = deploy("doks", database={"pool_size": 20})
    urls = {
        name: deployed.the("Secret", f"shop-{name}-secrets").inputs["stringData"]["DATABASE_URL"] for name in ("web", "migrate")
    }
    assert ":25061/" in urls["web"], "the pool would serve nobody"
    assert ":25060/" in urls["migrate"], "advisory locks of a migration are lost in a pool"


def test_a_zone_of_the_stack_is_there_before_its_certificate() -> None:
    deployed = deploy("doks", dns={"zone": "example.com", "create": True})
    assert "shop" in deployed.the("Certificate").depends_on
    assert deployed.the("Domain").request.retainOnDelete, "all records of the domain would go with the stack"


def test_nodes_of_every_pool_are_behind_the_load_balancer() -> None:
    deployed = deploy("eks", cluster={"node_pools": {"jobs": {"node_size": "c7i.large"}}})
    assert {each.name for each in deployed.all("Attachment")} == {"shop-default", "shop-jobs"}
    group = deployed.the("TargetGroup").inputs
    assert (group["targetType"], group["port"], group["healthCheck"]["matcher"]) == ("instance", 30080, "200-403")
    assert deployed.the("Service", "shop-web").at("spec.ports.0.nodePort") == 30080


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_a_longer_idle_timeout_goes_with_a_longer_keep_alive(target: str) -> None:
    app = {**APP, "web": {"hosts": ["shop.example.com"], "keep_alive_seconds": 130}}
    assert deploy(target, app=app, load_balancer={"idle_timeout": 120}).the("LoadBalancer").inputs["idleTimeout"] == 120


@pytest.mark.parametrize(
    ("app", "seconds"),
    [
        ({}, 3600),  # a session in the console
        ({"console": {"enabled": False}}, 50),
        ({"console": {"enabled": False}, "workers": {"default": {}, "slow": {"shutdown_seconds": 1800}}}, 1810),
        ({"console": {"enabled": False}, "web": {**WEB, "request_seconds": 900}}, 920),
    ],
)
def test_the_autoscaler_of_eks_gives_each_part_its_time_to_end(app: dict[str, Any], seconds: int) -> None:
    scaler = deploy("eks", preview=True, app={**APP, **app}).the("Deployment", "shop-cluster-autoscaler")
    assert f"--max-graceful-termination-sec={seconds}" in scaler.container["args"], "it would end what still works"


def test_without_a_nat_gateway_all_tasks_are_in_public_subnets_with_addresses() -> None:
    deployed = deploy("ecs", network={"nat": "none"})
    public = [f"shop-public-{zone}-id" for zone in "abc"]
    for service in deployed.all("Service"):
        configured = service.inputs["networkConfiguration"]
        assert (configured["subnets"], configured["assignPublicIp"]) == (public, True), "it could not pull its image"
    machine = json.loads(deployed.the("StateMachine").inputs["definition"])
    (place,) = [each["AwsvpcConfiguration"] for each in _all_of(machine, "NetworkConfiguration")]
    assert (place["Subnets"], place["AssignPublicIp"]) == (public, "ENABLED"), "cron tasks could not pull their image"
    assert {each["subnetIds"][0] for each in (found.inputs for found in deployed.all("SubnetGroup"))} == {"shop-database-a-id"}


def test_ecs_on_instances_with_their_network() -> None:
    deployed = deploy("ecs", cluster={"instances": {"maximum": 3}}, ecs={"capacity": "ec2", "network_mode": "bridge"})
    assert deployed.the("TargetGroup").inputs["targetType"] == "instance"
    definition = deployed.the("TaskDefinition", "shop-web").inputs
    assert (definition["networkMode"], definition["requiresCompatibilities"]) == ("bridge", ["EC2"])
    assert "shop-tasks-id" in deployed.the("LaunchTemplate").inputs["vpcSecurityGroupIds"], (
        "the database would refuse the instances"
    )


@pytest.mark.parametrize("target", LEAST)
def test_stores_of_ones_own_take_the_place_of_managed_ones(target: str) -> None:
    secrets = {"DATABASE_URL": "postgresql://db/app", "REDIS_URL": "rediss://cache/0", "REGISTRY_PASSWORD": SECRET}
    kinds = {each.type.rsplit(":", 1)[-1] for each in deploy(target, secrets=secrets).resources}
    assert not kinds & {"RdsDatabase", "ElastiCache", "DigitalOceanDatabase", "DigitalOceanCache"}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize(
    ("target", "registry", "repository"),
    [
        ("doks", "DigitalOceanRegistry", "registry.digitalocean.com/"),
        ("eks", "EcrRepository", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/"),
        ("ecs", "EcrRepository", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/"),
    ],
)
def test_an_image_is_built_into_the_registry_of_its_cloud(target: str, registry: str, repository: str, preview: bool) -> None:
    deployed = deploy(target, app=APP | {"image": {"build": str(RAILS)}}, preview=preview)
    assert deployed.the(registry).name == "shop"
    image = deployed.the("Image")
    if not preview:
        assert image.at("imageName").startswith(repository)
        assert image.visible["registry"]["password"] == HIDDEN
        assert image.at("registry.server") == repository.rstrip("/")


def test_a_cluster_on_digitalocean_pulls_with_credentials_that_cannot_push() -> None:
    deployed = deploy("doks", app=APP | {"image": {"build": str(RAILS)}})
    assert {each.at("write"): each.name for each in deployed.all("ContainerRegistryDockerCredentials")} == {
        True: "shop-push",
        False: "shop-pull",
    }
    assert deployed.the("Deployment", "shop-web").pod["imagePullSecrets"]


def test_a_registry_of_ones_own_takes_the_place_of_the_clouds() -> None:
    private: dict[str, Any] = {
        "registry": {"server": "registry.example.com", "username": "robot"},
        "secrets": {"REGISTRY_PASSWORD": SECRET},
    }
    for target in KUBERNETES:
        deployed = deploy(target, app=APP | {"image": {"build": str(RAILS)}}, **private)
        assert not deployed.all("EcrRepository") + deployed.all("DigitalOceanRegistry")
        assert deployed.the("Image").at("imageName").startswith("registry.example.com/shop:")


def test_web_on_ecs_is_scaled_by_requests_from_settings_alone() -> None:
    scaling = {"minimum": 2, "maximum": 6, "requests_per_target": 600}
    stack = deploy("ecs", ecs={"services": {"web": {"autoscaling": scaling}}})
    label = "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel"
    assert stack.the("Policy", "shop-web-requests").at(label) == "app/shop/1/targetgroup/shop/1"


def _all_of(value: Any, key: str) -> list[Any]:
    """Every value under a key, however deep it is."""
    if isinstance(value, dict):
        return [inner for name, inner in value.items() if name == key] + [
            found for inner in value.values() for found in _all_of(inner, key)
        ]
    return [found for inner in value for found in _all_of(inner, key)] if isinstance(value, list) else []
