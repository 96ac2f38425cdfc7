"""The provider for what runs in a Kubernetes cluster of a cloud."""

import pulumi
import pulumi_kubernetes as kubernetes


def provider_of(
    name: str, kubeconfig: pulumi.Input[str], identity: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
) -> kubernetes.Provider:
    """A provider of the cluster with this identity: only another one replaces it, and with it all that runs there."""
    return kubernetes.Provider(
        f"{name}-provider",
        # Renewed credentials update it.
        kubeconfig=kubeconfig,
        cluster_identifier=identity,
        # It takes up what a killed deployment has made; objects of others have stopped the program before.
        upsert_existing_objects=True,
        enable_patch_force=True,
        opts=opts,
    )
