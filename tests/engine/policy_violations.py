"""Resources that violate a policy, each with the beginning of the objection; and resources that look like it and do not."""
# ruff: noqa: E501 - lines of a program as a user writes them

import base64
import json

SECRET = "hunter2-pass"

IMPORTS = """
import json
import pulumi
import pulumi_digitalocean as do
from pulumi_aws import batch as aws_batch, codebuild, docdb, dynamodb, ec2, ecs, efs, elasticache, rds, redshift, s3, ssm, vpc
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.batch import v1 as batch
from pulumi_kubernetes.core import v1 as core

PINNED = "registry.example.com/shop:1"
META = {"labels": {"app": "web"}}
SELECTOR = {"match_labels": {"app": "web"}}
protect = pulumi.ResourceOptions(protect=True)
later = ec2.Vpc("later", cidr_block="10.0.0.0/16").id

def template(volumes=(), **container):
    containers = [{"name": "app", "image": PINNED, **container}]
    return {"metadata": META, "spec": {"containers": containers, "volumes": list(volumes)}}

def deployment(name, volumes=(), **container):
    apps.Deployment(name, spec={"selector": SELECTOR, "template": template(volumes, **container)})

def task(name, **container):
    ecs.TaskDefinition(name, family="shop", container_definitions=json.dumps([{"name": "app", "image": PINNED, **container}]))

def service(name, type, port, **more):
    core.Service(name, metadata={"annotations": more.pop("annotations", {})}, spec={"type": type, "ports": [{"port": port}], **more})

def group(name, **rule):
    ec2.SecurityGroup(name, ingress=[{"protocol": "tcp", **rule}])
"""

OPEN = "everybody ("
FROM = 'cidr_blocks=["0.0.0.0/0"]'
_FILE = base64.b64encode(f"production:\n  password: {SECRET}\n".encode()).decode()
_USER_DATA = base64.b64encode(f"#!/bin/sh\nexport DB_PASSWORD={SECRET}\n".encode()).decode()

VIOLATIONS: list[tuple[str, str]] = [
    # Network
    (f'group("inline-22", from_port=22, to_port=22, {FROM})', OPEN),
    (f'group("inline-5432", from_port=5432, to_port=5432, {FROM})', OPEN),
    (f'group("inline-range", from_port=80, to_port=443, {FROM})', OPEN),
    (f'ec2.SecurityGroup("inline-all", ingress=[{{"protocol": "-1", "from_port": 0, "to_port": 0, {FROM.replace("cidr_blocks=", chr(34) + "cidr_blocks" + chr(34) + ": ")}}}])', OPEN),
    ('group("inline-ipv6", from_port=6379, to_port=6379, ipv6_cidr_blocks=["::/0"])', OPEN),
    ('group("inline-half", from_port=5432, to_port=5432, cidr_blocks=["0.0.0.0/1", "128.0.0.0/1"])', OPEN),
    ('ec2.DefaultSecurityGroup("default-group", vpc_id="vpc-1", ingress=[{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}])', OPEN),
    (f'ec2.SecurityGroupRule("separate-22", type="ingress", security_group_id="sg-1", protocol="tcp", from_port=22, to_port=22, {FROM})', OPEN),
    ('ec2.SecurityGroupRule("separate-ipv6", type="ingress", security_group_id="sg-1", protocol="tcp", from_port=3306, to_port=3306, ipv6_cidr_blocks=["::/0"])', OPEN),
    ('vpc.SecurityGroupIngressRule("rule-22", security_group_id="sg-1", ip_protocol="tcp", from_port=22, to_port=22, cidr_ipv4="0.0.0.0/0")', OPEN),
    ('vpc.SecurityGroupIngressRule("rule-half", security_group_id="sg-1", ip_protocol="tcp", from_port=5432, to_port=5432, cidr_ipv4="0.0.0.0/1")', OPEN),
    ('vpc.SecurityGroupIngressRule("rule-ipv6", security_group_id="sg-1", ip_protocol="tcp", from_port=5432, to_port=5432, cidr_ipv6="::/0")', OPEN),
    ('vpc.SecurityGroupIngressRule("rule-all", security_group_id="sg-1", ip_protocol="-1", cidr_ipv4="0.0.0.0/0")', OPEN),
    ('vpc.SecurityGroupIngressRule("rule-of-later", security_group_id=later, ip_protocol="tcp", from_port=22, to_port=22, cidr_ipv4="0.0.0.0/0")', OPEN),
    ('do.Firewall("droplets-22", inbound_rules=[{"protocol": "tcp", "port_range": "22", "source_addresses": ["0.0.0.0/0"]}])', OPEN),
    ('do.DatabaseFirewall("half", cluster_id="c", rules=[{"type": "ip_addr", "value": "0.0.0.0/1"}])', "its rules let everybody connect"),
    ('rds.ClusterInstance("aurora-open", cluster_identifier="c", engine="aurora-postgresql", instance_class="db.t4g.medium", publicly_accessible=True)', "the internet reaches it"),
    ('redshift.Cluster("warehouse-open", cluster_identifier="c", node_type="ra3.large", publicly_accessible=True)', "the internet reaches it"),
    ('service("balanced-5432", "LoadBalancer", 5432)', "everybody may reach port 5432"),
    ('service("balanced-6379", "LoadBalancer", 6379, load_balancer_source_ranges=["0.0.0.0/1", "128.0.0.0/1"])', "everybody may reach port 6379"),
    ('core.Service("balanced-behind-443", spec={"type": "LoadBalancer", "ports": [{"port": 443, "target_port": 5432}]})', "everybody may reach port 5432"),
    ('service("node-port-3306", "NodePort", 3306)', "everybody may reach port 3306"),
    ('service("external-5432", "ClusterIP", 5432, external_ips=["203.0.113.7"])', "everybody may reach port 5432"),
    ('service("named-store", "LoadBalancer", 4000, ports=[{"port": 4000, "target_port": "postgres"}])', "everybody may reach port postgres"),
    # Data
    ('rds.Cluster("aurora-bare", engine="aurora-postgresql", skip_final_snapshot=True)', "it is not protected"),
    ('rds.Cluster("aurora-deletable", engine="aurora-postgresql", skip_final_snapshot=False, opts=protect)', "AWS would let anybody delete it"),
    ('rds.Cluster("aurora-gone", engine="aurora-postgresql", skip_final_snapshot=True, deletion_protection=True, opts=protect)', "nothing would be left of it"),
    ('docdb.Cluster("documents", skip_final_snapshot=False, opts=protect)', "AWS would let anybody delete it"),
    ('elasticache.Cluster("cache-single", engine="redis", node_type="cache.t4g.small", num_cache_nodes=1)', "it is not protected"),
    ('elasticache.ServerlessCache("cache-serverless", engine="valkey", name="c")', "it is not protected"),
    ('dynamodb.Table("table", attributes=[{"name": "id", "type": "S"}], hash_key="id", billing_mode="PAY_PER_REQUEST")', "it is not protected"),
    ('do.DatabaseDb("database-in-cluster", cluster_id="c")', "it is not protected"),
    ('s3.Bucket("uploads", force_destroy=True)', "its files would be deleted with it"),
    ('apps.StatefulSet("scaled", spec={"selector": SELECTOR, "service_name": "s", "template": template(), "volume_claim_templates": [{"metadata": {"name": "d"}}], "persistent_volume_claim_retention_policy": {"when_scaled": "Delete"}})', "its volume would be deleted when it is scaled down"),
    ('efs.FileSystem("files")', "it is not protected"),
    ('do.SpacesBucket("spaces", force_destroy=True, region="fra1")', "its files would be deleted with it"),
    # Secrets
    *(
        (f'core.ConfigMap("map-{name.lower().replace("_", "-")}", data={{"{name}": "{SECRET}"}})', f"{name} in a ConfigMap")
        for name in ("STRIPE_SECRET_KEY", "PGPASSWORD", "DB_PASS", "db_password", "redis-password", "AWS_SECRET_ACCESS_KEY", "smtpPassword")
    ),
    (f'core.ConfigMap("map-file", data={{"database.yml": "production:\\n  password: {SECRET}\\n  host: db\\n"}})', "password of database.yml in a ConfigMap"),
    (f'core.ConfigMap("map-env-file", data={{"env": "A=1\\nSTRIPE_SECRET_KEY={SECRET}\\n"}})', "STRIPE_SECRET_KEY of env in a ConfigMap"),
    (f'core.ConfigMap("map-binary", binary_data={{"database.yml": "{_FILE}"}})', "password of database.yml in a ConfigMap"),
    ('core.ConfigMap("map-private-key", data={"server": "-----BEGIN EC PRIVATE KEY-----\\nMIIE\\n"})', "server in a ConfigMap"),
    (f'core.ConfigMapPatch("map-patch", metadata={{"name": "env"}}, data={{"TOKEN": "{SECRET}"}})', "TOKEN in a ConfigMap"),
    (f'deployment("pod-env", env=[{{"name": "pgpassword", "value": "{SECRET}"}}])', "pgpassword in a pod"),
    (f'deployment("pod-env-beside-unknown", env=[{{"name": "VPC", "value": later}}, {{"name": "DB_PASS", "value": "{SECRET}"}}])', "DB_PASS in a pod"),
    (f'deployment("pod-args", args=["--password={SECRET}"])', "word 1 of args in a pod"),
    (f'deployment("pod-command", command=["sh", "-c", "PGPASSWORD={SECRET} psql"])', "word 3 of command in a pod"),
    (f'deployment("pod-probe", liveness_probe={{"exec_": {{"command": ["redis-cli", "--pass", "{SECRET}", "ping"]}}}})', "word 3 of command in a pod"),
    (f'deployment("pod-header", readiness_probe={{"http_get": {{"port": 3000, "http_headers": [{{"name": "Authorization", "value": "Basic {SECRET}"}}]}}}})', "Authorization in a pod"),
    (f'core.Service("annotated", metadata={{"annotations": {{"note": "redis://:{SECRET}@cache"}}}}, spec={{"type": "ClusterIP", "ports": [{{"port": 80}}]}})', "note in annotations"),
    (f'task("task-env", environment=[{{"name": "stripe_secret_key", "value": "{SECRET}"}}])', "stripe_secret_key in a task definition"),
    (f'task("task-command", command=["import", "--token", "{SECRET}"])', "word 3 of command in a task definition"),
    (f'task("task-entry", entryPoint=["env", "DB_PASSWORD={SECRET}"])', "word 2 of entryPoint in a task definition"),
    (f'task("task-health", healthCheck={{"command": ["CMD", "redis-cli", "--pass", "{SECRET}"]}})', "word 4 of command in a task definition"),
    (f'task("task-labels", dockerLabels={{"api_token": "{SECRET}"}})', "api_token in a task definition"),
    (f'task("task-logs", logConfiguration={{"logDriver": "splunk", "options": {{"splunk-token": "{SECRET}"}}}})', "splunk-token in a task definition"),
    (f'ssm.Parameter("parameter-plain", name="/shop/DATABASE_PASSWORD", type="String", value="{SECRET}")', "DATABASE_PASSWORD in a parameter of SSM"),
    (f'ssm.Parameter("parameter-url", name="/shop/cache", type="String", insecure_value="redis://:{SECRET}@cache")', "cache in a parameter of SSM"),
    (f'ec2.LaunchTemplate("user-data", user_data="{_USER_DATA}")', "DB_PASSWORD of userData in user data"),
    (f'codebuild.Project("build-env", service_role="r", artifacts={{"type": "NO_ARTIFACTS"}}, source={{"type": "NO_SOURCE"}}, environment={{"compute_type": "c", "image": "i", "type": "t", "environment_variables": [{{"name": "NPM_TOKEN", "value": "{SECRET}"}}]}})', "NPM_TOKEN in a build"),
    (f'aws_batch.JobDefinition("batch-env", type="container", container_properties=json.dumps({{"image": PINNED, "environment": [{{"name": "DB_PASS", "value": "{SECRET}"}}]}}))', "DB_PASS in a task definition"),
    (f'do.App("platform-env", spec={{"name": "a", "envs": [{{"key": "API_KEY", "value": "{SECRET}"}}]}})', "API_KEY in an app"),
    # Images
    ('apps.DeploymentPatch("patched", metadata={"name": "web"}, spec={"template": {"spec": {"containers": [{"name": "app", "image": "shop"}]}}})', "the image of app is shop"),
    ('core.ReplicationController("controlled", spec={"selector": {"app": "web"}, "template": template(image="shop:latest")})', "the image of app is shop:latest"),
    ('CustomResource("rollout", api_version="argoproj.io/v1alpha1", kind="Rollout", spec={"template": template(image="shop")})', "the image of app is shop"),
    (f'CustomResource("rollout-env", api_version="argoproj.io/v1alpha1", kind="Rollout", spec={{"template": template(env=[{{"name": "DB_PASS", "value": "{SECRET}"}}])}})', "DB_PASS in a pod"),
    ('CustomResource("scaled-job", api_version="keda.sh/v1alpha1", kind="ScaledJob", spec={"jobTargetRef": {"template": template(image="shop")}})', "the image of app is shop"),
    ('deployment("image-volume", volumes=[{"name": "assets", "image": {"reference": "assets:latest"}}])', "the image of volume assets is assets:latest"),
    ('apps.Deployment("beside-unknown-image", spec={"selector": SELECTOR, "template": {"metadata": META, "spec": {"init_containers": [{"name": "first", "image": later}], "containers": [{"name": "app", "image": "shop"}]}}})', "the image of app is shop"),
    ('core.PodTemplate("pod-template", template=template(image="shop"))', "the image of app is shop"),
]  # fmt: skip

HARMLESS: list[str] = [
    f'group("fine-443", from_port=443, to_port=443, {FROM})',
    'group("fine-private", from_port=5432, to_port=5432, cidr_blocks=["10.0.0.0/8"])',
    'group("fine-office", from_port=22, to_port=22, cidr_blocks=["203.0.113.0/24"])',
    'group("fine-later", from_port=5432, to_port=5432, security_groups=[later])',
    f'ec2.SecurityGroupRule("fine-egress", type="egress", security_group_id="sg-1", protocol="-1", from_port=0, to_port=0, {FROM})',
    'service("fine-balanced", "LoadBalancer", 80)',
    'service("fine-5432", "ClusterIP", 5432)',
    'service("fine-office-5432", "LoadBalancer", 5432, load_balancer_source_ranges=["203.0.113.0/24"])',
    'service("fine-internal", "LoadBalancer", 5432, annotations={"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"})',
    'rds.Cluster("fine-aurora", engine="aurora-postgresql", skip_final_snapshot=False, deletion_protection=True, opts=protect)',
    'rds.ClusterInstance("fine-member", cluster_identifier="c", engine="aurora-postgresql", instance_class="db.t4g.medium")',
    'elasticache.Cluster("fine-memcached", engine="memcached", node_type="cache.t4g.small", num_cache_nodes=1)',
    'elasticache.Cluster("fine-replica", replication_group_id="g")',
    'core.ConfigMap("fine-map", data={"STRIPE_PUBLISHABLE_KEY": "pk_live_1", "RAILS_MAX_THREADS": "5", "TOKEN_URL": "https://example.com/token"})',
    'core.ConfigMap("fine-file", data={"redis.conf": "maxmemory-policy noeviction\\nappendonly yes\\n", "a.yml": "password: ${DB_PASSWORD}\\n"})',
    'deployment("fine-env", env=[{"name": "DB_PASSWORD", "value_from": {"secret_key_ref": {"name": "s", "key": "k"}}}])',
    'deployment("fine-args", args=["--password=$(DB_PASSWORD)", "--password-file", "/run/secrets/db"])',
    'task("fine-task", secrets=[{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:eu-central-1:123456789012:parameter/p"}])',
    f'ssm.Parameter("fine-secure", name="/shop/DATABASE_PASSWORD", type="SecureString", value="{SECRET}")',
    'ssm.Parameter("fine-parameter", name="/shop/level", type="String", value="info")',
    'apps.DeploymentPatch("fine-patch", metadata={"name": "web"}, spec={"template": {"spec": {"containers": [{"name": "app"}]}}})',
    'deployment("fine-volume", volumes=[{"name": "assets", "image": {"reference": "registry.example.com/assets:1"}}])',
]  # fmt: skip

PROGRAM = "\n".join([IMPORTS, *(code for code, _ in VIOLATIONS), *HARMLESS])


def name_of(code: str) -> str:
    """The name of the resource that a line makes."""
    return str(json.loads(code[code.index('"') : code.index('"', code.index('"') + 1) + 1]))
