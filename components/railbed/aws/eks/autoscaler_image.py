"""The image of the Cluster Autoscaler for a minor version of Kubernetes."""

PATCHES = {"1.31": 5, "1.32": 7, "1.33": 4, "1.34": 5, "1.35": 2, "1.36": 1}
"""Newest release for each minor version of Kubernetes, as which it schedules; of others the first one.

https://github.com/kubernetes/autoscaler/releases
"""


def autoscaler_image(kubernetes: str) -> str:
    """Reference of the image for a minor version, such as 1.35."""
    return f"registry.k8s.io/autoscaling/cluster-autoscaler:v{kubernetes}.{PATCHES.get(kubernetes, 0)}"
