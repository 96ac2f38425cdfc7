"""What `railbed init` writes for applications in the shape of well-known ones."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from railbed.validation.checks import checked
from railbed_stacks.commands.init.names import as_name
from railbed_stacks.commands.init.writer import settings_text
from railbed_stacks.settings import Target
from tests.unit.described_applications import APPLICATIONS, NAMES, described, draft_of, written
from tests.unit.test_application_files import written as file_in

SECRETS_OF_FILES = ("hunter2-pass", "sk_live_0123456789abcdef")
DATABASE = "mysql2://shop:secret@db.example.com/shop"
GEMS = "GEM\n  specs:\n    puma (7.0.4)\n    pg (1.5.9)\n    railties (8.0.2)\n"


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_accepted_by_every_target(name: str, target: Target) -> None:
    draft = described(name, target)
    values = {"NAME": "value", "DATABASE_URL": DATABASE}
    secrets = {secret: values.get(secret, "value-of-the-secret") for secret in draft.secrets}
    settings = importlib.import_module(f"railbed_stacks.{target.value}").SETTINGS
    read = checked(settings, {**written(draft), "secrets": secrets}, "settings")
    assert read.app.image.build is not None


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_a_reason_beside_it(name: str) -> None:
    text = settings_text(described(name))
    _, _, settings = text.partition("config:\n")
    without = [
        line
        for line in settings.splitlines()
        if not line.rstrip().endswith(":") and "#" not in line and line.strip() != "config:"
    ]
    assert without == []


@pytest.mark.parametrize("name", NAMES)
def test_every_reason_names_a_line_that_is_there(name: str) -> None:
    for path, reason in described(name).reasons.items():
        if reason.startswith(("guess: ", "option ")):
            continue
        file, _, line = reason.partition(",")[0].partition(":")
        found = APPLICATIONS / name / file
        assert found.exists(), f"{path}: {reason}"
        assert not line or 1 <= int(line) <= len(found.read_text().splitlines()), f"{path}: {reason}"


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("name", NAMES)
def test_no_secret_of_the_files_is_written(name: str, target: Target) -> None:
    draft = described(name, target)
    text = settings_text(draft) + repr(draft)
    assert not [secret for secret in SECRETS_OF_FILES if secret in text]


def test_rails_8_with_kamal() -> None:
    draft = described("rails8")
    app = written(draft)["app"]
    folder = app["image"].pop("build")
    assert Path(folder).resolve() == APPLICATIONS / "rails8"
    assert app.pop("databases", ["cache", "queue", "cable"]) == ["cache", "queue", "cable"]
    assert app == {
        "name": "bookshop",
        "image": {"repository": "acme/bookshop"},
        "env": {"SOLID_QUEUE_IN_PUMA": "true", "JOB_CONCURRENCY": "3", "DB_HOST": "192.0.2.20", "RAILS_LOG_LEVEL": "debug"},
        "web": {"processes": 4, "threads": 3, "hosts": ["books.example.com"]},
    }
    assert written(draft)["registry"] == {"server": "https://index.docker.io/v1/", "username": "acme-deployer"}
    assert set(draft.secrets) == {"REGISTRY_PASSWORD", "RAILS_MASTER_KEY", "PAYMENT_API_KEY"}
    for told in ("bookshop_storage", "meilisearch", "postgres:17", "SOLID_QUEUE_IN_PUMA", "Assets of two releases", "Thruster"):
        assert any(told in note for note in draft.notes), told


def test_sidekiq_with_a_procfile() -> None:
    draft = described("sidekiq")
    app = written(draft)["app"]
    assert app["workers"] == {
        "worker": {
            "queues": ["critical,3", "default"],
            "concurrency": 12,
            "shutdown_seconds": 25,
            "env": {"RAILS_LOG_LEVEL": "warn"},
        },
        "mailers": {"queues": ["mailers"], "concurrency": 3, "shutdown_seconds": 40},
        "clock": {
            "command": ["bundle", "exec", "clockwork", "config/clock.rb"],
            "concurrency": 1,
            "strategy": "Recreate",
        },
    }
    assert app["migration"] == {"command": ["bundle", "exec", "rails", "db:migrate"]}
    assert app["web"] == {"threads": 5, "processes": 2}
    assert any(note.startswith("Process streaming is not written") and "Procfile:6" in note for note in draft.notes)


def test_heroku() -> None:
    draft = described("heroku", Target.ECS)
    settings = written(draft)
    assert settings["database"] == {"engine": "mysql"}
    app = settings["app"]
    assert app["name"] == "ticket-desk"
    assert app["env"] == {"MAILER_DOMAIN": "desk.example.com"}, "RAILS_ENV is railbed's, WEB_CONCURRENCY a setting"
    assert (app["web"]["replicas"], app["web"]["processes"]) == (4, 3)
    assert app["workers"]["worker"]["replicas"] == 2
    assert app["workers"]["worker"]["command"][:2] == ["sh", "-c"]
    assert set(draft.secrets) == {"SECRET_KEY_BASE", "STRIPE_SECRET_KEY", "SENTRY_DSN"}
    assert "DATABASE_URL" in described("heroku", Target.CLUSTER).secrets, "the stack makes no MySQL there"


def test_an_application_like_mastodon() -> None:
    draft = described("mastodon-like")
    app = written(draft)["app"]
    assert (app["workdir"], app["user"]) == ("/opt/social", 991)
    assert app["web"] == {
        "keep_alive_seconds": 65,
        "threads": 5,
        "processes": 2,
        "health_path": "/health",
        "env": {"PERSISTENT_TIMEOUT": "65", "MAX_THREADS": "5"},
    }
    assert app["workers"]["worker"]["queues"] == ["default,8", "push,6", "mailers,2", "pull", "scheduler"]
    assert app["migration"] == {"post": True}
    for told in ("gem_server", "public/system", "replica is a read replica", "Sidekiq starts jobs at their times"):
        assert any(told in note for note in draft.notes), told


def test_copilot_goes_to_ecs() -> None:
    settings = written(described("copilot"))
    assert settings["target"] == "ecs"
    app = settings["app"]
    assert app["image"]["dockerfile"] == "docker/Dockerfile.production"
    assert app["web"]["resources"] == {"cpu": "500m", "memory": "2048Mi", "memory_limit": "2048Mi"}
    assert app["web"]["hosts"] == ["parcels.example.com", "www.parcels.example.com"]
    assert app["workers"]["jobs"]["queues"] == ["default", "low"]
    assert app["cron"] == {"digest": {"schedule": "30 6 * * *", "command": ["bin/rails", "digest:send"]}}


def test_rails_6_with_passenger() -> None:
    draft = described("passenger")
    app = written(draft)["app"]
    assert app["web"] == {"server": "passenger", "health_path": "/up"}
    assert app["workers"] == {"default": {"backend": "delayed_job"}}
    for told in ("runs as root", "No route answers the health check", "Tasks of whenever", "app.workers.default is a guess"):
        assert any(told in note for note in draft.notes), told


def test_an_empty_folder_is_described_by_guesses(tmp_path: Path) -> None:
    folder = tmp_path / "My Shop"
    folder.mkdir()
    draft = draft_of(folder)
    assert written(draft)["app"]["name"] == "my-shop"
    assert "There is no Gemfile.lock: servers, workers and databases are not known" in draft.notes


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("shop", "shop"),
        ("My_Shop v2", "my-shop-v2"),
        ("1-2-shop", "shop"),
        ("a" * 29 + "-b", "a" * 29),
        ("42", ""),
        ("ünï", "n"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert as_name(text) == name


def kamal(tmp_path: Path, deploy: str, gems: str = "") -> Any:
    file_in(tmp_path, "Gemfile.lock", GEMS + gems)
    return draft_of(file_in(tmp_path, "config/deploy.yml", deploy))


def test_workers_of_kamals_roles(tmp_path: Path) -> None:
    deploy = """service: shop
servers:
  web: [a]
  job:
    hosts: [b, c]
    cmd: bin/jobs
    env: {clear: {RAILS_MAX_THREADS: 9, WEB_CONCURRENCY: 2, TZ: UTC}}
"""
    app = written(kamal(tmp_path, deploy, "    solid_queue (1.1.5)\n"))["app"]
    assert app["workers"]["job"] == {
        "backend": "solid_queue",
        "replicas": 2,
        "concurrency": 9,
        "env": {"TZ": "UTC"},
    }
    assert "processes" not in app["web"], "the variable is of the workers"


def test_variables_that_settings_decide_become_settings(tmp_path: Path) -> None:
    env = "{RAILS_MAX_THREADS: 7, PORT: 80, PUMA_WORKERS: 3, RAILS_LOG_TO_STDOUT: 1, REDIS_URL: redis://a, RAILBED_A: 1, A: b}"
    draft = kamal(tmp_path, f"service: shop\nenv: {env}\n")
    app = written(draft)["app"]
    assert app["env"] == {"A": "b"}
    assert app["web"]["threads"] == 7 and app["web"]["processes"] == 3 and app["web"]["env"] == {"PUMA_WORKERS": "3"}
    assert "port" not in app["web"], "80 is below what a container that is not root can listen on"
    for told in ("PORT is left out", "REDIS_URL is left out", "RAILBED_A is left out"):
        assert any(note.startswith(told) for note in draft.notes), told


def test_a_registry_on_the_developers_machine_is_not_taken(tmp_path: Path) -> None:
    draft = kamal(tmp_path, "service: shop\nimage: shop\nregistry: {server: 'localhost:5555'}\n")
    assert written(draft)["registry"] == {"server": "registry.example.com", "username": "robot"}
    assert draft.reasons["registry", "server"].startswith("guess: ")


def test_the_machine_of_kamal_on_target_docker(tmp_path: Path) -> None:
    file_in(tmp_path, "Gemfile.lock", GEMS)
    file_in(tmp_path, "config/deploy.yml", "service: shop\nservers: [192.0.2.10, 192.0.2.11]\nssh: {user: deploy}\n")
    draft = draft_of(tmp_path, Target.DOCKER)
    assert written(draft)["docker"] == {"host": "ssh://deploy@192.0.2.10"}
    assert any("192.0.2.11" in note for note in draft.notes)


def test_an_image_for_arm_needs_processors_of_arm(tmp_path: Path) -> None:
    file_in(tmp_path, "Gemfile.lock", GEMS)
    file_in(tmp_path, "config/deploy.yml", "service: shop\nbuilder: {arch: arm64}\n")
    ecs = written(draft_of(tmp_path, Target.ECS))
    assert (ecs["app"]["image"]["platform"], ecs["ecs"]) == ("linux/arm64", {"architecture": "arm64"})
    assert "platform" not in written(draft_of(tmp_path, Target.DOKS))["app"]["image"], "its nodes have other processors"


@pytest.mark.parametrize("command", ["bin/work --password=hunter2-pass", "TOKEN=hunter2-pass bundle exec sidekiq"])
def test_a_secret_in_a_command_is_not_copied(tmp_path: Path, command: str) -> None:
    file_in(tmp_path, "Gemfile.lock", GEMS + "    sidekiq (7.3.4)\n")
    file_in(
        tmp_path,
        "Procfile",
        f"worker: {command}\nrelease: bin/release --token hunter2-pass\nclock: clockwork --token=hunter2-pass\n",
    )
    draft = draft_of(tmp_path)
    assert "hunter2-pass" not in settings_text(draft) + repr(draft)
    assert any("app.migration holds a secret" in note for note in draft.notes)
    assert any("app.workers.clock holds a secret" in note for note in draft.notes)


@pytest.mark.parametrize(
    ("schedule", "fields"),
    [
        ("0 6 * * *", "0 6 * * *"),
        ("@daily", "@daily"),
        ("@every 2h", "0 */2 * * *"),
        ("@every 15m", "*/15 * * * *"),
        ("cron(0 10 ? * MON-FRI *)", "0 10 * * MON-FRI"),
        ("cron(0 10 ? * 2-6 *)", None),
        ("cron(0 10 * * ? *)", "0 10 * * *"),
        ("cron(0 10 * * ? 2030)", None),
        ("@every 7h", None),
        ("whenever", None),
    ],
)
def test_schedules_of_copilot(tmp_path: Path, schedule: str, fields: str | None) -> None:
    manifest = f"name: digest\ntype: Scheduled Job\non: {{schedule: '{schedule}'}}\ncommand: bin/digest\n"
    draft = draft_of(file_in(tmp_path, "copilot/digest/manifest.yml", manifest))
    cron = written(draft)["app"].get("cron")
    assert cron == (None if fields is None else {"digest": {"schedule": fields, "command": ["bin/digest"]}})
    assert any(note.startswith("Scheduled job digest is not written") for note in draft.notes) is (fields is None)


def test_sqlite_is_told_with_the_way_round(tmp_path: Path) -> None:
    file_in(tmp_path, "config/database.yml", "production:\n  adapter: sqlite3\n  database: storage/production.sqlite3\n")
    notes = [note for note in draft_of(tmp_path).notes if note.startswith("SQLite's file")]
    assert len(notes) == 1 and "bundle add pg" in notes[0] and "config/database.yml:1" in notes[0]


@pytest.mark.parametrize(("threads", "size"), [(3, None), (9, "db-s-2vcpu-4gb"), (25, "db-s-4vcpu-8gb")])
def test_the_database_accepts_the_connections(tmp_path: Path, threads: int, size: str | None) -> None:
    file_in(tmp_path, "Gemfile.lock", GEMS)
    file_in(tmp_path, "config/puma.rb", f"threads {threads}, {threads}\n")
    doks = written(draft_of(tmp_path, Target.DOKS))
    assert doks.get("database") == ({"size": size} if size else None)
    cluster = written(draft_of(tmp_path, Target.CLUSTER))
    assert cluster.get("database") == ({"max_connections": 155} if threads == 25 else None)


def test_what_up_would_refuse_is_told(tmp_path: Path) -> None:
    draft = kamal(tmp_path, "service: shop\nenv: {DB_POOL: 2}\n")
    assert any(note.startswith("`pulumi up` will refuse app.") and "DB_POOL is 2" in note for note in draft.notes)


def test_a_broken_file_is_told_and_the_rest_is_written(tmp_path: Path) -> None:
    file_in(tmp_path, "Gemfile.lock", GEMS)
    file_in(tmp_path, "config/deploy.yml", "service: [shop\n")
    draft = draft_of(tmp_path)
    assert any(note.startswith("config/deploy.yml is no YAML") for note in draft.notes)
    assert written(draft)["app"]["web"]["health_path"] == "/up"
