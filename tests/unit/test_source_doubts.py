"""`pulumi preview` warns where settings and the files of the application that is built disagree."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from railbed.validation.checks import checked
from railbed_stacks.cluster_settings import ClusterSettings
from railbed_stacks.deploy import warn_of_what_is_missing
from railbed_stacks.ecs import EcsSettings
from railbed_stacks.source_doubts import doubts_about_source
from tests.unit.described_applications import NAMES, described, written
from tests.unit.samples import RAILS

SECRETS = {"RAILS_MASTER_KEY": "key-of-the-tests", "REGISTRY_PASSWORD": "password-of-the-tests"}
THREADS = 'threads ENV.fetch("RAILS_MAX_THREADS", 3)\n'
KEEPS = "persistent_timeout 65\n"
OTHERS = "threads ENV.fetch('MAX_THREADS', 5)\n"
OTHER_TIMEOUT = "persistent_timeout ENV.fetch('PERSISTENT_TIMEOUT') { 20 }.to_i\n"


class Application:
    """A folder of an application: pg, Puma 6 and a right config/puma.rb, unless told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shop"
        shutil.copytree(RAILS, self.folder)
        self.gems(pg="1.5.9", puma="6.4.3", sidekiq="7.3.4")
        self.puma(THREADS + KEEPS)

    def gems(self, **versions: str) -> None:
        specs = "".join(f"    {gem} ({version})\n" for gem, version in {"railties": "7.1.4", **versions}.items())
        (self.folder / "Gemfile.lock").write_text(f"GEM\n  specs:\n{specs}\nRUBY VERSION\n   ruby 3.3.4p94\n")

    def puma(self, text: str | None) -> None:
        (self.folder / "config").mkdir(exist_ok=True)
        (self.folder / "config/puma.rb").unlink(missing_ok=True)
        if text is not None:
            (self.folder / "config/puma.rb").write_text(text)

    def doubts(self, app: dict[str, Any] | None = None, **settings: Any) -> list[str]:
        given = {
            "target": "cluster",
            "registry": {"server": "registry.example.com", "username": "robot"},
            "app": {"name": "shop", "image": {"build": str(self.folder)}, **(app or {})},
            "secrets": {**SECRETS, **settings.pop("secrets", {})},
            **settings,
        }
        return list(doubts_about_source(checked(ClusterSettings, given, "settings")))


@pytest.fixture
def application(tmp_path: Path) -> Application:
    return Application(tmp_path)


def test_nothing_is_said_where_all_agrees(application: Application) -> None:
    assert application.doubts({"workers": {"default": {}}}) == []


def test_nothing_is_said_of_an_image_that_exists(application: Application) -> None:
    application.gems()
    app = {"image": {"ref": "registry.example.com/shop:1"}, "workers": {"default": {}}}
    assert application.doubts(app) == []


@pytest.mark.parametrize(
    ("gems", "group", "told"),
    [
        ({"solid_queue": "1.1.5"}, {}, "starts sidekiq, which is not in the application's Gemfile.lock (it has solid_queue)"),
        ({}, {}, "(it has no library for background jobs): its containers will not start; add gem sidekiq"),
        ({"sidekiq": "7.3.4"}, {"command": ["bin/jobs"]}, "starts solid_queue, which is not in the application's Gemfile.lock"),
        ({"sidekiq": "7.3.4"}, {}, None),
        ({"solid_queue": "1.1.5"}, {"command": ["bin/jobs"]}, None),
        ({}, {"command": ["bin/consumer"]}, None),
    ],
)
def test_workers_need_the_gem_of_their_library(
    application: Application, gems: dict[str, str], group: dict[str, Any], told: str | None
) -> None:
    application.gems(pg="1.5.9", puma="7.0.4", **gems)
    doubts = application.doubts({"workers": {"default": group}})
    assert len(doubts) == (0 if told is None else 1)
    assert told is None or (told in doubts[0] and doubts[0].startswith("app.workers.default "))


@pytest.mark.parametrize(
    ("gem", "secrets", "told"),
    [
        ("sqlite3", {}, "gem pg is not in the application's Gemfile.lock, which has sqlite3: the migration will fail"),
        ("mysql2", {}, "the stack makes a database for postgresql:// addresses"),
        ("pg", {"DATABASE_URL": "trilogy://a:hunter2-pass@db/shop"}, "secrets.DATABASE_URL is an address of trilogy"),
        ("pg", {"DATABASE_URL": "postgres://a:hunter2-pass@db/shop"}, None),
        ("trilogy", {"DATABASE_URL": "trilogy://a:hunter2-pass@db/shop"}, None),
        ("pg", {}, None),
    ],
)
def test_a_database_needs_the_gem_of_its_adapter(
    application: Application, gem: str, secrets: dict[str, str], told: str | None
) -> None:
    application.gems(puma="7.0.4", **{gem: "1.0.0"})
    doubts = application.doubts(secrets=secrets)
    assert len(doubts) == (0 if told is None else 1)
    assert told is None or told in doubts[0]
    assert "hunter2-pass" not in str(doubts)


@pytest.mark.parametrize(
    ("database", "gem"), [({}, "pg"), ({"engine": "mysql"}, "mysql2"), ({"engine": "mysql", "adapter": "trilogy"}, "trilogy")]
)
def test_a_managed_database_needs_the_gem_of_its_engine(application: Application, database: dict[str, str], gem: str) -> None:
    app = {"name": "shop", "image": {"build": str(application.folder)}, "web": {"server": "image"}}
    given = {
        "target": "ecs",
        "region": "eu-central-1",
        "app": app,
        "database": database,
        "secrets": {"RAILS_MASTER_KEY": "key"},
    }
    settings = checked(EcsSettings, given, "settings")
    application.gems(**{gem: "1.0"})
    assert list(doubts_about_source(settings)) == []
    application.gems(sqlite3="2.0")
    (doubt,) = doubts_about_source(settings)
    assert f"gem {gem} is not" in doubt


@pytest.mark.parametrize(
    ("puma", "version", "web", "told"),
    [
        (OTHERS, "7.0.4", {"threads": 4}, 'reads MAX_THREADS instead of RAILS_MAX_THREADS: set app.web.env.MAX_THREADS to "4"'),
        (OTHERS, "7.0.4", {"env": {"MAX_THREADS": "3"}}, None),
        ("threads 5, 5\n", "7.0.4", {}, "is 3, and config/puma.rb:1 sets threads to 5: set app.web.threads to that"),
        ("threads 5, 5\n", "7.0.4", {"threads": 5}, None),
        ("threads count\n", "7.0.4", {}, None),
        ("plugin :tmp_restart\n", "7.0.4", {}, "config/puma.rb sets no threads, so that Puma runs its own default, 5"),
        (THREADS + "workers 4\n", "7.0.4", {}, "app.web.processes is 2, and config/puma.rb:2 sets workers to 4"),
        (THREADS + "workers ENV['PUMA_WORKERS'] || 4\n", "7.0.4", {}, "reads PUMA_WORKERS instead of WEB_CONCURRENCY"),
        (THREADS + "workers ENV.fetch('WEB_CONCURRENCY') { 4 }\n", "7.0.4", {}, None),
        (THREADS + KEEPS, "4.3.12", {}, 'Puma 4 does not read: add `workers ENV.fetch("WEB_CONCURRENCY", 2).to_i`'),
        (THREADS, "6.4.3", {}, "app.web.keep_alive_seconds is 65, which Puma 6 does not read: add `persistent_timeout ENV"),
        (THREADS, "7.0.4", {}, None),
        (THREADS + "persistent_timeout 20\n", "7.0.4", {}, "config/puma.rb:2 sets persistent_timeout to 20"),
        (THREADS + OTHER_TIMEOUT, "7.0.4", {}, 'set app.web.env.PERSISTENT_TIMEOUT to "65" too'),
        (None, "7.0.4", {}, "The application has no config/puma.rb, with which Puma is started"),
        (None, "7.0.4", {"command": ["bin/serve"]}, None),
    ],
)
def test_puma_reads_what_the_settings_say(
    application: Application, puma: str | None, version: str, web: dict[str, Any], told: str | None
) -> None:
    application.gems(pg="1.5.9", puma=version)
    application.puma(puma)
    doubts = application.doubts({"web": web})
    assert len(doubts) == (0 if told is None else 1), doubts
    assert told is None or told in doubts[0]


def test_another_server_has_no_puma_to_ask(application: Application) -> None:
    application.gems(pg="1.5.9", puma="6.4.3", unicorn="6.1.0")
    application.puma(None)
    assert application.doubts({"web": {"server": "unicorn"}}) == []


def test_a_preview_tells_the_doubts(application: Application, logged: list[tuple[str, str]]) -> None:
    application.puma(None)
    given = {
        "target": "cluster",
        "registry": {"server": "registry.example.com", "username": "robot"},
        "app": {"name": "shop", "image": {"build": str(application.folder)}},
        "secrets": SECRETS,
    }
    settings = checked(ClusterSettings, given, "settings")
    warn_of_what_is_missing(settings, settings.registry)
    assert logged == [
        ("warn", "The application has no config/puma.rb, with which Puma is started: add one, or set app.web.command.")
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("heroku", "copilot")])
def test_what_init_writes_leaves_no_doubt(name: str) -> None:
    draft = described(name)
    secrets = dict.fromkeys(draft.secrets, "value-of-the-secret")
    settings = checked(ClusterSettings, {**written(draft), "secrets": secrets}, "settings")
    doubts = [doubt for doubt in doubts_about_source(settings) if "which Puma 6 does not read" not in doubt]
    assert doubts == []
