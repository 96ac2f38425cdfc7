"""The whole of target docker, run by the real engine: a migration that fails stops the release, and the next `up` goes on."""

from pathlib import Path

from tests.engine.docker_api import docker_stack
from tests.engine.recorded_stack import MASTER_KEY


def test_a_failed_migration_stops_the_release_until_it_succeeds(tmp_path: Path, engine_variables: dict[str, str]) -> None:
    settings = {
        "target": "docker",
        "app": {"name": "shop", "image": {"ref": "registry.example.com/shop:1"}, "web": {"replicas": 1}},
        "secrets": {"RAILS_MASTER_KEY": MASTER_KEY},
    }
    with docker_stack(tmp_path, engine_variables, settings) as (stack, api):
        api.exit_code, api.log = 3, f"no such table, {MASTER_KEY}"
        failed = stack.up()
        assert failed.code != 0
        assert "The migration failed: exit code 3. Nothing after it has been changed." in failed.text
        assert "no such table, [secret]" in failed.text
        assert MASTER_KEY not in failed.text
        assert "create Container shop-web-1" not in stack.record.names(), "it would meet an old schema"

        api.exit_code, api.log = 0, "== migrated"
        api.started.clear()
        mended = stack.up()
        assert mended.code == 0, mended.text
        assert "The end of the log of shop-migrate:" in mended.text
        made = stack.record.names()
        assert "create Container shop-migrate" not in made, "the same container runs again"
        assert "create Container shop-web-1" in made
