"""What tasks on ECS, and those who start them, may do in AWS: what they need, and no more."""

from typing import Any

from tests.unit.ecs_samples import CLUSTER, DEFINITION, ROLES, SECRET, deployed
from tests.unit.recording import Deployment

LOG = "arn:aws:logs:eu-central-1:123456789012:log-group:shop-log:*"
WRITES_LOG = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": LOG}
PULLS_IMAGE = [
    {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    {
        "Effect": "Allow",
        "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Resource": "arn:aws:ecr:eu-central-1:123456789012:repository/shop/app",
    },
]
RUNS_TASK = [
    {
        "Effect": "Allow",
        "Action": "ecs:RunTask",
        "Resource": DEFINITION,
        "Condition": {"ArnEquals": {"ecs:cluster": CLUSTER}},
    },
    {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": [f"{ROLES}/shop-execution", f"{ROLES}/shop-task"],
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    },
]


def granted(made: Deployment, policy: str) -> list[dict[str, Any]]:
    return made.the("RolePolicy", policy).statements


def test_ecs_may_pull_this_image_and_write_this_log() -> None:
    service = deployed("EcsService")
    assert granted(service, "shop-execution") == [*PULLS_IMAGE, WRITES_LOG]
    assert service.the("RolePolicy", "shop-execution").inputs["role"] == "shop-execution"
    for role in service.all("Role"):
        assert '"ecs-tasks.amazonaws.com"' in role.inputs["assumeRolePolicy"]


def test_an_image_from_elsewhere_needs_no_rights_in_ecr() -> None:
    assert granted(deployed("EcsService", image="ghcr.io/example/shop:1f3c2ab"), "shop-execution") == [WRITES_LOG]


def test_ecs_may_read_the_secrets_of_the_task_and_no_others() -> None:
    parameter = "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/key"
    other = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:api-XyZ"
    service = deployed(
        "EcsService",
        secrets={"A": "1"},
        secret_references={"B": parameter, "C": f"{other}:token::v1"},
        kms_key_arns=["arn:aws:kms:eu-central-1:123456789012:key/1"],
    )
    assert granted(service, "shop-execution")[-3:] == [
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": [other, SECRET]},
        {"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": [parameter]},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": ["arn:aws:kms:eu-central-1:123456789012:key/1"]},
    ]


def test_the_application_may_open_consoles_and_nothing_else() -> None:
    service = deployed("EcsService", execute_command=True)
    assert granted(service, "shop-exec") == [
        {
            "Effect": "Allow",
            "Action": [
                *(f"ssmmessages:{action}{kind}Channel" for action in ("Create", "Open") for kind in ("Control", "Data")),
                "logs:DescribeLogGroups",
            ],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": LOG,
        },
    ]
    assert service.the("RolePolicy", "shop-exec").inputs["role"] == "shop-task"
    without = deployed("EcsService")
    assert [each.name for each in without.all("RolePolicy")] == ["shop-execution"], "the application could do something in AWS"


def test_the_application_may_do_what_its_policy_says() -> None:
    policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
    service = deployed("EcsService", task_policy=policy)
    assert service.the("RolePolicy", "shop-task").inputs == {"role": "shop-task", "policy": policy}


def test_tasks_start_only_once_their_roles_may_do_something() -> None:
    assert {"shop-execution", "shop-exec"} <= deployed("EcsService", execute_command=True).the("TaskDefinition").depends_on


def test_a_schedule_may_start_its_task_and_nothing_else() -> None:
    alone = deployed("EcsScheduledTask")
    assert granted(alone, "shop-run") == [
        *RUNS_TASK,
        {"Effect": "Allow", "Action": "ecs:ListTasks", "Resource": "*", "Condition": {"ArnEquals": {"ecs:cluster": CLUSTER}}},
    ]
    machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:shop"
    assert granted(alone, "shop-schedule") == [{"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine}]
    assert granted(deployed("EcsScheduledTask", overlap=True), "shop-run") == RUNS_TASK


def test_instances_may_do_what_the_agent_of_ecs_needs() -> None:
    cluster = deployed("EcsCluster", instances={}, vpc_id="vpc-1", subnet_ids=["subnet-a", "subnet-b"])
    (attached,) = cluster.all("RolePolicyAttachment")
    assert attached.inputs == {
        "role": "shop-instance",
        "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
    }
    assert cluster.all("RolePolicy") == []
