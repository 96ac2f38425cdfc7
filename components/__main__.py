"""The components as a Pulumi plugin, for programs in other languages."""

from pulumi.provider.experimental import component_provider_host

import railbed

if __name__ == "__main__":
    # Whatever takes arguments of its own is a component.
    names = [name.removesuffix("Args") for name in railbed.__all__ if name.endswith("Args")]
    component_provider_host(name="railbed", components=[getattr(railbed, name) for name in names])
