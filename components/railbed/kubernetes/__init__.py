"""Components for any Kubernetes cluster."""
