"""Values that AWS tells everybody by public parameters of Systems Manager."""

import pulumi
from pulumi_aws.ssm import get_parameter_output


def public_parameter(name: str, parent: pulumi.Resource | None, region: str | None = None) -> pulumi.Output[str]:
    """The value of a public parameter, in the provider's region unless one is named."""
    opts = pulumi.InvokeOutputOptions(parent=parent)
    # `value` would be hidden as a secret is.
    return get_parameter_output(name=name, region=region, opts=opts).insecure_value
