"""Reading from a cluster, and whose its objects are."""
