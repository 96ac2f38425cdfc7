"""The components as a Pulumi plugin, for programs in other languages."""

from pulumi.provider.experimental import component_provider_host

import railbed

if __name__ == "__main__":
    components = [getattr(railbed, name) for name in railbed.COMPONENTS]
    component_provider_host(name="railbed", namespace="railbed", version=railbed.__version__, components=components)
