"""The provider for what runs in a Kubernetes cluster that a stack did not make."""

import pulumi
import pulumi_kubernetes as kubernetes


def provider_of(name: str, kubeconfig: pulumi.Output[str], identity: str) -> kubernetes.Provider:
    """A provider of a cluster that exists; only another `identity` replaces it, and with it all that the stack runs there."""
    return kubernetes.Provider(
        f"{name}-provider",
        kubeconfig=kubeconfig,
        cluster_identifier=identity,
        # It takes up what a killed deployment has made; objects of others have stopped the program before.
        upsert_existing_objects=True,
        enable_patch_force=True,
    )
