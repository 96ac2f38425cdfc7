"""EksOrDoksCluster: a managed Kubernetes cluster on DigitalOcean or AWS."""

import pulumi

from railbed.args import EksOrDoksClusterArgs
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.cluster.parts import ClusterParts
from railbed.cluster.provider import provider_of
from railbed.component import Component
from railbed.enums import Platform


class EksOrDoksCluster(Component[EksOrDoksClusterModel]):
    """A managed Kubernetes cluster with autoscaled nodes, on DigitalOcean or AWS, in a network of its own or a given one.

    Its `provider` is a Kubernetes provider for what is to run in it; whatever uses it waits for nodes, DNS and volumes. It is
    an attribute for programs in Python; others make one from `kubeconfig`. So is `autoscaling_groups`: on eks the names of the
    nodes' Auto Scaling groups by pool, each known by itself, so that a new pool does not hide the others' in a preview; and so
    is `provider_kubeconfig`, the provider's own, which on doks may carry the account's API token: it is not for anybody else.

    On DigitalOcean one smallest droplet is added, as its API wants a pool that it does not let anybody change. On AWS
    Kubernetes is reached through the AWS command line tool, which must be installed.

    Raises `InvalidArguments` before anything is registered.
    """

    kubeconfig: pulumi.Output[str]
    """Contents of a kubeconfig. On doks its credentials are of this cluster only and last seven days, unless `api_token` is
    given. Secret."""
    cluster_name: pulumi.Output[str]
    """Name that the cloud knows the cluster by."""
    cluster_id: pulumi.Output[str]
    """ID of the cluster: DigitalOcean's, for firewalls of databases; the name on AWS."""
    endpoint: pulumi.Output[str]
    """URL of the Kubernetes API."""
    vpc_id: pulumi.Output[str]
    """ID of the VPC."""
    public_subnet_ids: pulumi.Output[list[str]]
    """IDs of the public subnets; empty on doks."""
    private_subnet_ids: pulumi.Output[list[str]]
    """IDs of the subnets in which nodes run; empty on doks."""
    database_subnet_ids: pulumi.Output[list[str]]
    """IDs of the subnets for databases, without a way to the internet; empty on doks, and in a VPC that was given."""
    node_security_group_id: pulumi.Output[str]
    """ID of the security group of nodes, pods and control plane; empty on doks."""
    autoscaling_group_names: pulumi.Output[list[str]]
    """Names of the nodes' Auto Scaling groups, the default pool's first; empty on doks."""

    def __init__(self, name: str, args: EksOrDoksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, EksOrDoksClusterModel, opts)
        cluster = self._arguments

        parts = self._parts(name, cluster)
        self.provider_kubeconfig = parts.kubeconfig if parts.provider_kubeconfig is None else parts.provider_kubeconfig
        within = pulumi.ResourceOptions(parent=self, depends_on=parts.ready)
        self.provider = provider_of(name, self.provider_kubeconfig, parts.identity, within)
        if cluster.platform is Platform.EKS:
            self._in_eks(name, cluster, parts)

        self.kubeconfig = parts.kubeconfig
        self.cluster_name, self.cluster_id, self.endpoint = parts.name, parts.cluster_id, parts.endpoint
        self.vpc_id = parts.network.vpc_id
        self.public_subnet_ids = parts.network.public_subnet_ids
        self.private_subnet_ids = parts.network.private_subnet_ids
        self.database_subnet_ids = parts.network.database_subnet_ids
        self.node_security_group_id = parts.node_security_group_id
        self.autoscaling_groups = parts.autoscaling_groups
        self.autoscaling_group_names = pulumi.Output.all(*parts.autoscaling_groups.values()).apply(
            lambda names: [str(name) for name in names]
        )
        self._register_outputs()

    def _parts(self, name: str, cluster: EksOrDoksClusterModel) -> ClusterParts:
        # A program pays only for the SDK of the cloud that it deploys to.
        if cluster.platform is Platform.DOKS:
            from railbed.digitalocean.doks.cluster import create_doks_cluster

            return create_doks_cluster(name, cluster, self)
        from railbed.aws.eks.cluster import create_eks_cluster

        return create_eks_cluster(name, cluster, self)

    def _in_eks(self, name: str, cluster: EksOrDoksClusterModel, parts: ClusterParts) -> None:
        """What DigitalOcean brings along in its clusters."""
        from railbed.aws.eks.addons import default_storage_class
        from railbed.aws.eks.autoscaler import cluster_autoscaler

        default_storage_class(name, self.provider, self)
        cluster_autoscaler(name, cluster, parts, self.provider, self)
