"""Security groups of what only named clients may reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.vpc import SecurityGroupIngressRule

from railbed.outputs import known_after


@dataclass(frozen=True)
class PrivateSecurityGroup:
    """A security group, and the rules that let its clients in."""

    id: pulumi.Output[str]
    rules: Sequence[SecurityGroupIngressRule]

    def once_open(self, url: pulumi.Output[str]) -> pulumi.Output[str]:
        """The URL, for those who may connect at once; known in previews as far as it was before."""
        return known_after(url, *self.rules)


def private_security_group(
    name: str,
    vpc_id: pulumi.Input[str],
    port: int,
    clients: Mapping[str, pulumi.Input[str]],
    parent: pulumi.Resource,
) -> PrivateSecurityGroup:
    """A group that lets members of the clients' security groups in on one port, and nothing out.

    `clients` are IDs of security groups by a name of the user's choice, which names the rule.
    """
    opts = pulumi.ResourceOptions(parent=parent)
    # Its description can never change: AWS would need a new group.
    group = SecurityGroup(name, vpc_id=vpc_id, description=f"Clients of {name}", opts=opts)
    rules = [
        SecurityGroupIngressRule(
            f"{name}-from-{client}",
            security_group_id=group.id,
            referenced_security_group_id=client_group_id,
            description=client,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=opts,
        )
        for client, client_group_id in clients.items()
    ]
    return PrivateSecurityGroup(group.id, rules)
