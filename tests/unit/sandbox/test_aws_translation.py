"""What the stand-in for AWS sends: requests of the API's own making, from the properties of Pulumi's resources."""

import json
from importlib import import_module
from typing import Any

import pytest
from botocore.session import Session
from moto.core.utils import camelcase_to_underscores

from sandbox.providers.aws.catalogue import APIS
from sandbox.providers.aws.translation import at, filled, outputs_of, request_of


def shape_of(service: str, operation: str) -> Any:
    return Session().get_service_model(service).operation_model(operation).input_shape


def translated(kind: str, **given: Any) -> Any:
    """The request that creates a resource of a type of the catalogue."""
    api = APIS[kind]
    shape = shape_of(api.service, api.create)
    return {
        **({} if api.whole else request_of(shape, given, api.renames)),
        **request_of(shape, filled(api.request, given) or {}, {}),
    }


@pytest.mark.parametrize(("kind", "api"), APIS.items())
def test_every_operation_and_member_of_the_catalogue_is_the_apis(kind: str, api: Any) -> None:
    model = Session().get_service_model(api.service)
    assert {api.create, api.update or api.create, api.delete or api.create} <= set(model.operation_names)
    requests = [(api.create, api.request), (api.delete, api.deletion)]
    requests += [(call.operation, call.request) for call in (*api.then, *api.first)]
    requests += [(operation, {api.key: "id"}) for operation in (api.update, api.delete) if operation and api.key]
    for operation, request in requests:
        unknown = set(request) - set(model.operation_model(operation).input_shape.members) if operation else set()
        assert not unknown, f"{kind}: {operation} has no {unknown}"


@pytest.mark.parametrize(("kind", "api"), APIS.items())
def test_moto_knows_every_operation_of_the_catalogue(kind: str, api: Any) -> None:
    module = import_module(f"moto.{api.service}.responses")
    answers = [each for each in vars(module).values() if isinstance(each, type)]
    asked = {api.create, api.update, api.delete, *(call.operation for call in (*api.then, *api.first))} - {""}
    methods = {operation: camelcase_to_underscores(operation) for operation in asked}
    missing = [name for name, method in methods.items() if not any(hasattr(each, method) for each in answers)]
    assert not missing, f"{kind} would fail in the middle of a rehearsal"


def test_names_of_the_provider_become_those_of_the_api() -> None:
    assert translated("ec2/Vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True) == {"CidrBlock": "10.0.0.0/16"}


def test_a_service_gets_its_network_and_deployment_as_ecs_nests_them() -> None:
    request = translated(
        "ecs/Service",
        name="shop",
        networkConfiguration={"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": False},
        capacityProviderStrategies=[{"capacityProvider": "FARGATE", "weight": 1}],
        deploymentCircuitBreaker={"enable": True, "rollback": True},
        deploymentMaximumPercent=200,
        enableExecuteCommand=True,
        waitForSteadyState=False,
    )
    assert request == {
        "serviceName": "shop",
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}
        },
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}, "maximumPercent": 200},
        "enableExecuteCommand": True,
    }


def test_container_definitions_are_read_from_their_json() -> None:
    containers = json.dumps([{"name": "app", "image": "shop:1", "environment": [{"name": "A", "value": "1"}]}])
    request = translated("ecs/TaskDefinition", family="shop", containerDefinitions=containers, cpu=256, tags={"a": "b"})
    assert request["containerDefinitions"] == [{"name": "app", "image": "shop:1", "environment": [{"name": "A", "value": "1"}]}]
    assert (request["cpu"], request["tags"]) == ("256", [{"key": "a", "value": "b"}])


def test_tags_of_a_key_are_pairs_of_names_of_their_own() -> None:
    assert translated("kms/Key", description="shop", tags={"a": "b"})["Tags"] == [{"TagKey": "a", "TagValue": "b"}]


def test_a_rule_names_either_addresses_or_a_group() -> None:
    request = translated(
        "vpc/SecurityGroupIngressRule",
        securityGroupId="sg-1",
        ipProtocol="tcp",
        fromPort=5432,
        toPort=5432,
        referencedSecurityGroupId="sg-2",
    )
    assert request == {
        "GroupId": "sg-1",
        "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": "sg-2"}]}],
    }


def test_an_alias_record_has_no_addresses_of_its_own() -> None:
    alias = {"name": "balancer", "zoneId": "Z1", "evaluateTargetHealth": True}
    request = translated("route53/Record", zoneId="Z2", name="shop.example.com", type="A", aliases=[alias])
    (change,) = request["ChangeBatch"]["Changes"]
    assert change["ResourceRecordSet"] == {
        "Name": "shop.example.com",
        "Type": "A",
        "AliasTarget": {"HostedZoneId": "Z1", "DNSName": "balancer", "EvaluateTargetHealth": True},
    }


def test_outputs_are_found_under_the_apis_names() -> None:
    answer = {"LoadBalancers": [{"DNSName": "10.0.0.1", "VpcId": "vpc-1", "State": {"Code": "active"}}]}
    assert at(answer, "LoadBalancers.0.DNSName") == "10.0.0.1"
    assert at(answer, "LoadBalancers.1.DNSName") is None
    assert outputs_of(answer["LoadBalancers"][0], frozenset({"dnsName", "vpcId", "state", "zoneId"})) == {
        "dnsName": "10.0.0.1",
        "vpcId": "vpc-1",
    }
