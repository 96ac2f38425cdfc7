"""Roles, keys and what is kept secret."""

from collections.abc import Mapping

from ..api import Api

APIS: Mapping[str, Api] = {
    "iam/Role": Api(
        "iam",
        "CreateRole",
        "$name",
        "RoleName",
        "Role",
        renames={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
        outputs={"uniqueId": "$answer.Role.RoleId"},
        delete="DeleteRole",
    ),
    "iam/RolePolicy": Api(
        "iam",
        "PutRolePolicy",
        "{role}:{name}",
        renames={"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"},
        update="PutRolePolicy",
        delete="DeleteRolePolicy",
        deletion={"RoleName": "$role", "PolicyName": "$name"},
    ),
    "iam/RolePolicyAttachment": Api(
        "iam",
        "AttachRolePolicy",
        "{role}/{policyArn}",
        renames={"role": "RoleName"},
        delete="DetachRolePolicy",
        deletion={"RoleName": "$role", "PolicyArn": "$policyArn"},
    ),
    "secretsmanager/Secret": Api(
        "secretsmanager",
        "CreateSecret",
        "$answer.ARN",
        "SecretId",
        outputs={"arn": "$answer.ARN"},
        delete="DeleteSecret",
        deletion={"RecoveryWindowInDays": "$recoveryWindowInDays"},
    ),
    "secretsmanager/SecretVersion": Api(
        "secretsmanager", "PutSecretValue", "{secretId}|{version}", outputs={"versionId": "$answer.VersionId"}
    ),
    "ssm/Parameter": Api(
        "ssm",
        "PutParameter",
        "$name",
        "Name",
        renames={"insecureValue": "Value"},
        outputs={"arn": "arn:aws:ssm:{region}:{account}:parameter/{name}"},
        update="PutParameter",
        updating={"Overwrite": True},
        apart=("tags", "tagsAll"),
        delete="DeleteParameter",
    ),
    "kms/Key": Api(
        "kms",
        "CreateKey",
        "$answer.KeyMetadata.KeyId",
        "KeyId",
        "KeyMetadata",
        delete="ScheduleKeyDeletion",
        deletion={"PendingWindowInDays": "$deletionWindowInDays"},
    ),
}
