"""Operations on Kubernetes, whoever made the cluster."""
