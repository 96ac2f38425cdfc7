"""What a container of a task definition may be told."""

CONTAINER_FIELDS = frozenset(
    (
        *("command", "cpu", "credentialSpecs", "dependsOn", "disableNetworking", "dnsSearchDomains", "dnsServers"),
        *("dockerLabels", "dockerSecurityOptions", "entryPoint", "environment", "environmentFiles", "essential", "extraHosts"),
        *("firelensConfiguration", "healthCheck", "hostname", "image", "interactive", "links", "linuxParameters"),
        *("logConfiguration", "memory", "memoryReservation", "mountPoints", "name", "portMappings", "privileged"),
        *("pseudoTerminal", "readonlyRootFilesystem", "repositoryCredentials", "resourceRequirements", "restartPolicy"),
        *("secrets", "startTimeout", "stopTimeout", "systemControls", "ulimits", "user", "versionConsistency", "volumesFrom"),
        "workingDirectory",
    )
)
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""
