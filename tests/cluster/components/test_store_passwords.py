"""Data stores with passwords of any characters, on a real cluster: whoever has their `url` is let in."""

import functools
from typing import Any

import pulumi
import pytest

from railbed import MigrationJob, Postgresql, Redis
from sandbox import images
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LOG_IN = """
require "active_record"
require "redis-client"
ActiveRecord::Base.establish_connection(ENV.fetch("DATABASE_URL"))
puts "PostgreSQL says #{ActiveRecord::Base.connection.select_value("SELECT 40 + 2")}"
puts "Redis says #{RedisClient.new(url: ENV.fetch("REDIS_URL")).call("INCR", "logins")}"
"""


def test_stores_let_in_who_has_their_url(stack: KubernetesStack) -> None:
    def program(password: str) -> None:
        place: Any = {"namespace": stack.namespace, "kubeconfig": stack.variables["KUBECONFIG"]}
        small = {"cpu": "10m", "memory": "64Mi"}
        store: Any = {"storage": "1Gi", "keep_data": False, "password": pulumi.Output.secret(password), "resources": small}
        stores: Any = [{"image": image, **store, **place} for image in (images.postgres_reference(), images.redis_reference())]
        database, cache = Postgresql("shop-database", stores[0]), Redis("shop-redis", stores[1])
        arguments: Any = {
            "image": SHELL_IMAGE,
            "entrypoint": ["/usr/bin/env"],
            "command": ["ruby", "-e", LOG_IN],
            "secrets": {"DATABASE_URL": database.url, "REDIS_URL": cache.url},
            "resources": small,
            **place,
        }
        MigrationJob("shop-login", arguments)

    # The second one is set in a database that is there already.
    for logins, password in enumerate(("pä\"ss' w\\x41ö/r:d?#[1]@%41$(id)`日本", 'an\'other \\ "ö"$$;--'), start=1):
        outcome = stack.up(functools.partial(program, password))
        assert outcome.succeeded, f"a store with an awkward password does not start, or does not let in:\n{outcome.text}"
        assert "PostgreSQL says 42" in outcome.text and f"Redis says {logins}" in outcome.text, outcome.text
        assert password not in outcome.text and password not in stack.state_file()
    assert stack.destroy().succeeded
