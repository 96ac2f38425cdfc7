"""What it takes besides the resources on AWS: to run and watch tasks, and to push images."""

from railbed_stacks.permissions.need import Need, need

TASKS = ("ecs-tasks.amazonaws.com",)

COMPONENTS: dict[str, Need] = {
    "railbed:index:EcsTaskRun": need(
        "ecs",
        "RunTask StopTask DescribeTasks ListTasks TagResource",
        "task-definition/{names}",
        "task/{names}",
        passes_to=TASKS,
    ),
    "railbed:index:EcsService": need("ecs", "DescribeServices DescribeTasks ListTasks", "task/{names}"),
    "railbed:index:EcsScheduledTask": need("ecs", "DescribeTasks ListTasks", "task/{names}"),
}
"""What Pulumi's hooks ask while they watch tasks; the log is in the need of its group."""

OF_BUILDS = need(
    "ecr",
    "GetAuthorizationToken BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer InitiateLayerUpload "
    "UploadLayerPart CompleteLayerUpload PutImage",
    "repository/{names}",
)
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""
