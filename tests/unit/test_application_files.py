"""What is read of the files of an application: values with their lines, ERB and all, and no error for a file that is broken."""

from pathlib import Path
from typing import Any

import pytest

from railbed.enums import Server, WorkerBackend
from railbed_stacks.application_files.application import read_application
from railbed_stacks.application_files.commands import read_command
from railbed_stacks.application_files.copilot import read_copilot_services
from railbed_stacks.application_files.database_yml import read_databases
from railbed_stacks.application_files.dockerfile import read_dockerfile
from railbed_stacks.application_files.gemfile_lock import read_lock_file
from railbed_stacks.application_files.heroku import read_heroku_file
from railbed_stacks.application_files.kamal import read_kamal_file
from railbed_stacks.application_files.place import UnreadableFile
from railbed_stacks.application_files.procfile import read_procfile
from railbed_stacks.application_files.puma_rb import PumaSetting, read_puma_file
from railbed_stacks.application_files.queue_yml import find_recurring_tasks, read_queue_file
from railbed_stacks.application_files.routes_rb import find_health_route
from railbed_stacks.application_files.ruby import read_expression
from railbed_stacks.application_files.sidekiq_options import read_sidekiq_options
from railbed_stacks.application_files.sidekiq_yml import read_sidekiq_file
from railbed_stacks.application_files.yaml_file import read_yaml
from tests.unit.samples import RAILS

APPLICATIONS = Path(__file__).parent / "applications"


def written(folder: Path, path: str, text: str) -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "variables", "default"),
    [
        ('ENV.fetch("PORT", 3000)', ("PORT",), "3000"),
        ("ENV.fetch('MAX_THREADS') { 5 }.to_i", ("MAX_THREADS",), "5"),
        ('Integer(ENV.fetch("WEB_CONCURRENCY") { 2 })', ("WEB_CONCURRENCY",), "2"),
        ('ENV["DB_NAME"] || "shop"', ("DB_NAME",), "shop"),
        ('ENV["DATABASE_URL"]', ("DATABASE_URL",), None),
        ('ENV.fetch("DATABASE_URL")', ("DATABASE_URL",), None),
        ("Concurrent.physical_processor_count", (), None),
        ('ENV.fetch("WEB_CONCURRENCY") { Etc.nprocessors }', ("WEB_CONCURRENCY",), None),
        ("7", (), "7"),
        ("1.5", (), None),
    ],
)
def test_an_expression_of_ruby(text: str, variables: tuple[str, ...], default: str | None) -> None:
    read = read_expression(text)
    assert (read.variables, read.default) == (variables, default)


def test_yaml_with_erb_symbols_and_merges_keeps_its_lines(tmp_path: Path) -> None:
    text = """<%# a comment
over two lines %>
base: &base
  :pool: <%= ENV.fetch("POOL") { 7 } %>
  kept: <%= Rails.root %>
<% if true %>
production:
  <<: *base
  :queue: :mailers
<% end %>
"""
    top = read_yaml(written(tmp_path, "config/a.yml", text), "config/a.yml")
    assert top is not None
    pool, kept, queue = (top.at("production", key) for key in ("pool", "kept", "queue"))
    assert pool is not None and (pool.number, pool.variables, str(pool.place)) == (7, ("POOL",), "config/a.yml:4")
    assert kept is not None and kept.text is None, "only Ruby knows it"
    assert queue is not None and (queue.text, queue.place.line) == ("mailers", 9)


def test_a_mapping_that_merges_itself_is_read_to_its_end(tmp_path: Path) -> None:
    top = read_yaml(written(tmp_path, "a.yml", "top: &top\n  <<: *top\n  a: 1\n"), "a.yml")
    assert top is not None and set(top.mapping["top"].mapping) == {"a"}


@pytest.mark.parametrize("text", ["", "# nothing\n", "<%# nothing %>"])
def test_a_file_with_nothing_in_it_says_nothing(tmp_path: Path, text: str) -> None:
    assert read_yaml(written(tmp_path, "a.yml", text), "a.yml") is None


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"^config/sidekiq.yml:2: is no YAML without its ERB \(.+\)$"):
        read_sidekiq_file(written(tmp_path, "config/sidekiq.yml", "a: [1\nb: 2\n"))
    files = read_application(tmp_path)
    assert files.sidekiq is None
    assert [str(each.place) for each in files.unreadable] == ["config/sidekiq.yml:2"]


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    files = read_application(tmp_path)
    assert files.lock is None and files.kamal is None and files.dockerfile is None and files.puma is None
    assert not (files.processes or files.databases or files.copilot or files.unreadable)


def test_the_lock_file_has_versions_and_lines() -> None:
    lock = read_lock_file(RAILS)
    assert lock is not None
    assert (lock.gems["pg"].value, str(lock.gems["pg"].place), lock.major("puma")) == ("1.5.9", "Gemfile.lock:6", 6)
    assert not lock.has("msgpack"), "a dependency of a gem is none of the locked versions"
    assert lock.first("sqlite3", "pg") == "pg" and lock.first("sqlite3") is None and lock.major("sqlite3") is None


@pytest.mark.parametrize(
    ("text", "words", "env"),
    [
        ("bundle exec sidekiq", ("bundle", "exec", "sidekiq"), {}),
        ("exec bin/jobs", ("bin/jobs",), {}),
        ("env A=1 B='two words' bin/jobs", ("bin/jobs",), {"A": "1", "B": "two words"}),
        ("QUEUE=* bundle exec rake resque:work", ("bundle", "exec", "rake", "resque:work"), {"QUEUE": "*"}),
        ("bin/x --queues=\"*\" '$HOME'", ("bin/x", "--queues=*", "$HOME"), {}),
        ("bin/x -p $PORT", ("sh", "-c", "exec bin/x -p $PORT"), {}),
        ("bin/a && bin/b", ("sh", "-c", "bin/a && bin/b"), {}),
        ("A=$B bin/x", ("sh", "-c", "A=$B bin/x"), {}),
        ("bin/x 'without an end", ("sh", "-c", "exec bin/x 'without an end"), {}),
    ],
)
def test_a_command(text: str, words: tuple[str, ...], env: dict[str, str]) -> None:
    command = read_command(text)
    assert (command.words, command.env) == (words, env)


@pytest.mark.parametrize(
    ("text", "backend", "server"),
    [
        ("bundle exec sidekiq -C config/sidekiq.yml", WorkerBackend.SIDEKIQ, None),
        ("./bin/jobs", WorkerBackend.SOLID_QUEUE, None),
        ("bin/rails solid_queue:start", WorkerBackend.SOLID_QUEUE, None),
        ("bundle exec good_job start --queues=$Q", WorkerBackend.GOOD_JOB, None),
        ("bin/rake jobs:work", WorkerBackend.DELAYED_JOB, None),
        ("bundle exec rake environment resque:work", WorkerBackend.RESQUE, None),
        ("bundle exec puma -C config/puma.rb", None, Server.PUMA),
        ("./bin/thrust ./bin/rails server", None, Server.PUMA),
        ("bin/rails s -p $PORT", None, Server.PUMA),
        ("bundle exec unicorn -c config/unicorn.rb", None, Server.UNICORN),
        ("bundle exec passenger start", None, Server.PASSENGER),
        ("node streaming/index.js", None, None),
        ("bin/rails runner Server.check", None, None),
    ],
)
def test_what_a_command_starts(text: str, backend: WorkerBackend | None, server: Server | None) -> None:
    assert (read_command(text).backend, read_command(text).server) == (backend, server)


def test_options_of_sidekiq() -> None:
    options = read_sidekiq_options(
        read_command("bundle exec sidekiq -c10 --queue=critical,2 -q low -t 40 -C ./a.yml -e production")
    )
    assert (options.concurrency, options.queues, options.timeout, options.config) == (10, ["critical,2", "low"], 40, "a.yml")
    assert options.others == []
    assert read_sidekiq_options(read_command("bundle exec sidekiq -r ./worker.rb --tag a")).others == [
        "-r",
        "./worker.rb",
        "--tag",
        "a",
    ]


def test_procfile() -> None:
    found = read_procfile(APPLICATIONS / "sidekiq")
    assert list(found) == ["web", "worker", "mailers", "release", "clock", "streaming"]
    assert str(found["worker"].place) == "Procfile:2"
    assert found["worker"].value.env == {"RAILS_LOG_LEVEL": "warn"}


def test_databases_of_rails_8() -> None:
    found = read_databases(APPLICATIONS / "rails8")
    assert [(each.name, each.adapter, each.place.line) for each in found] == [
        ("primary", "postgresql", 12),
        ("cache", "postgresql", 17),
        ("queue", "postgresql", 21),
        ("cable", "postgresql", 25),
    ]
    assert {each.variables for each in found} == {("BOOKSHOP_DATABASE_PASSWORD",)}, "the pool is no part of the address"


def test_a_replica_is_told_apart() -> None:
    found = read_databases(APPLICATIONS / "mastodon-like")
    assert [(each.name, each.is_replica) for each in found] == [("primary", False), ("replica", True)]
    assert found[0].variables == ("DB_HOST", "DB_USER", "DB_PASS", "DB_NAME")


@pytest.mark.parametrize(
    ("production", "adapter"),
    [
        ("url: postgres://db/shop", "postgresql"),
        ("url: mysql2://db/shop", "mysql2"),
        ("url: sqlite3:storage/production.sqlite3", "sqlite3"),
        ('url: <%= ENV["DATABASE_URL"] %>', None),
        ("adapter: trilogy", "trilogy"),
    ],
)
def test_the_adapter_of_a_database(tmp_path: Path, production: str, adapter: str | None) -> None:
    (found,) = read_databases(written(tmp_path, "config/database.yml", f"production:\n  {production}\n"))
    assert (found.name, found.adapter) == ("primary", adapter)


def test_sidekiq_in_production() -> None:
    found = read_sidekiq_file(APPLICATIONS / "sidekiq")
    assert found is not None and found.concurrency is not None and found.timeout is not None
    assert (found.concurrency.value, found.concurrency.place.line) == (12, 7), "the section production wins"
    assert [queue.value for queue in found.queues] == ["critical,3", "default"]
    assert found.timeout.value == 25 and found.schedule is None
    scheduled = read_sidekiq_file(APPLICATIONS / "mastodon-like")
    assert scheduled is not None and str(scheduled.schedule) == "config/sidekiq.yml:12"


def test_solid_queue(tmp_path: Path) -> None:
    found = read_queue_file(APPLICATIONS / "rails8")
    assert found is not None
    assert ([queue.value for queue in found.queues], found.threads.value) == (["*"], 3)
    text = "production:\n  workers:\n    - {queues: [a, b], threads: 5, processes: 2}\n    - {queues: c}\n"
    several = read_queue_file(written(tmp_path, "config/queue.yml", text))
    assert several is not None
    assert ([queue.value for queue in several.queues], several.threads.value) == (["a", "b", "c"], 13)
    assert str(find_recurring_tasks(APPLICATIONS / "rails8")) == "config/recurring.yml:1"
    assert find_recurring_tasks(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "directive", "variables", "default", "line"),
    [
        ("threads 1, 5\n", "threads", (), 5, 1),
        ("threads(1, ENV.fetch('MAX_THREADS', 5))\n", "threads", ("MAX_THREADS",), 5, 1),
        ('n = ENV.fetch("RAILS_MAX_THREADS", 3) # as Rails\nthreads n, n\n', "threads", ("RAILS_MAX_THREADS",), 3, 2),
        ('n = Integer(ENV["WEB_CONCURRENCY"] || 2)\nworkers n if n > 1\n', "workers", ("WEB_CONCURRENCY",), 2, 2),
        ("workers ENV.fetch('PUMA_WORKERS') { Etc.nprocessors }\n", "workers", ("PUMA_WORKERS",), None, 1),
        ("# workers 7\nworkers 4\n", "workers", (), 4, 2),
        ("persistent_timeout 20\n", "persistent_timeout", (), 20, 1),
    ],
)
def test_puma(tmp_path: Path, text: str, directive: str, variables: tuple[str, ...], default: int | None, line: int) -> None:
    found = read_puma_file(written(tmp_path, "config/puma.rb", text))
    assert found is not None
    assert set(found.settings) == {directive}
    setting = found.settings[directive]
    assert setting == PumaSetting(variables, default, setting.place)
    assert str(setting.place) == f"config/puma.rb:{line}"


def test_plugins_of_puma() -> None:
    found = read_puma_file(APPLICATIONS / "rails8")
    assert found is not None and {name: place.line for name, place in found.plugins.items()} == {
        "tmp_restart": 9,
        "solid_queue": 12,
    }


def test_a_dockerfile_of_stages() -> None:
    found = read_dockerfile(APPLICATIONS / "mastodon-like")
    assert found is not None and found.user is not None and found.workdir is not None and found.port is not None
    assert (found.user.value, found.uid, found.workdir.value, found.port.value) == ("social", 991, "/opt/social", 3000)
    assert [str(each.place) for each in found.secret_mounts] == ["Dockerfile:10"]
    assert [each.value for each in found.volumes] == ["/opt/social/public/system"]
    rails = read_dockerfile(APPLICATIONS / "rails8")
    assert rails is not None and rails.workdir is not None and rails.command is not None
    assert (rails.uid, rails.workdir.value, rails.command.value.server) == (1000, "/rails", Server.PUMA)


@pytest.mark.parametrize(
    ("text", "user", "uid"),
    [
        ("FROM a\nUSER 1000:1000\n", "1000", 1000),
        ("FROM a\nUSER root\n", "root", 0),
        ("FROM a\nENV WHO=rails\nRUN adduser --uid 1234 rails\nUSER $WHO\n", "rails", 1234),
        ("FROM a\nUSER rails\n", "rails", None),
        ("FROM a AS build\nUSER 7\nFROM b\n", None, None),
        ("FROM a AS base\nUSER 7\nFROM base\n", "7", 7),
    ],
)
def test_the_user_of_a_dockerfile(tmp_path: Path, text: str, user: str | None, uid: int | None) -> None:
    found = read_dockerfile(written(tmp_path, "Dockerfile", text))
    assert found is not None
    assert (found.user.value if found.user else None, found.uid) == (user, uid)


def test_kamal() -> None:
    found = read_kamal_file(APPLICATIONS / "rails8")
    assert found is not None and found.service is not None
    assert (found.service.value, str(found.service.place)) == ("bookshop", "config/deploy.yml:2")
    assert [(role.name, role.hosts) for role in found.roles] == [("web", ["192.0.2.10", "192.0.2.11"])]
    assert [each.value for each in found.accessories] == ["db (postgres:17)", "search (getmeili/meilisearch:v1.10)"]
    secrets = {each.name: each.value for each in found.variables if each.is_secret}
    assert secrets == {"RAILS_MASTER_KEY": None, "BOOKSHOP_DATABASE_PASSWORD": None, "PAYMENT_API_KEY": None}


@pytest.mark.parametrize(
    ("text", "roles", "hosts"),
    [
        (
            "servers: [a, b]\nproxy: {hosts: [x.example.com, y.example.com]}\n",
            {"web": ["a", "b"]},
            ["x.example.com", "y.example.com"],
        ),
        ("servers: {web: [a], job: {hosts: [{b: tag}], cmd: bin/jobs}}\n", {"web": ["a"], "job": ["b"]}, []),
        ("service: shop\nproxy: {host: 'x.example.com, y.example.com'}\n", {}, ["x.example.com", "y.example.com"]),
    ],
)
def test_forms_of_kamal(tmp_path: Path, text: str, roles: dict[str, Any], hosts: list[str]) -> None:
    found = read_kamal_file(written(tmp_path, "config/deploy.yml", text))
    assert found is not None
    assert {role.name: role.hosts for role in found.roles} == roles
    assert [host.value for host in found.hosts] == hosts


def test_heroku() -> None:
    found = read_heroku_file(APPLICATIONS / "heroku")
    assert found is not None and found.name is not None
    assert (found.name.value, found.quantities["web"].value, found.quantities["web"].place.line) == ("Ticket Desk", 4, 12)
    assert [each.value for each in found.addons] == ["jawsdb", "scheduler", "heroku-redis"]
    assert {each.name: each.value for each in found.variables} == {
        "SECRET_KEY_BASE": None,
        "MAILER_DOMAIN": "desk.example.com",
        "STRIPE_SECRET_KEY": None,
        "SENTRY_DSN": None,
        "WEB_CONCURRENCY": "3",
        "RAILS_ENV": "production",
    }


def test_copilot() -> None:
    found = {each.name: each for each in read_copilot_services(APPLICATIONS / "copilot")}
    assert set(found) == {"web", "jobs", "digest"}
    web = found["web"]
    assert web.count is not None and web.scales is not None and web.health_path is not None
    assert (web.count.value, web.health_path.value, [each.value for each in web.hosts]) == (
        2,
        "/healthz",
        ["parcels.example.com", "www.parcels.example.com"],
    )
    assert found["digest"].schedule is not None and found["digest"].schedule.value == "cron(30 6 * * ? *)"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('get "up" => "rails/health#show", as: :rails_health_check\n', "/up"),
        ("get '/health', to: 'rails/health#show' # for load balancers\n", "/health"),
        ('# get "up" => "rails/health#show"\n', None),
    ],
)
def test_the_route_of_the_health_check(tmp_path: Path, text: str, path: str | None) -> None:
    found = find_health_route(written(tmp_path, "config/routes.rb", text))
    assert (found.value if found else None) == path
