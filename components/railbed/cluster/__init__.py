"""EksOrDoksCluster: one component for the clusters of two clouds."""
