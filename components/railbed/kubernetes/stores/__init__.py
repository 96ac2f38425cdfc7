"""PostgreSQL and Redis in the cluster."""
