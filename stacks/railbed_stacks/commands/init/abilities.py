"""What the models of this version take of an application of today: the one place where that is asked."""

from railbed.description.app import App, AppWorkers

WRITES_DATABASES = "databases" in App.model_fields
"""Whether databases beside the primary one are made: app.databases."""
WRITES_BACKENDS = "backend" in AppWorkers.model_fields
"""Whether workers of other libraries than Sidekiq are described: app.workers.NAME.backend."""
WRITES_STRATEGIES = "strategy" in AppWorkers.model_fields
"""Whether a group can be replaced without running twice: app.workers.NAME.strategy."""
