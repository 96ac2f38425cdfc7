"""Workers of every backend: the same command, variables, health check and end on every target."""

import functools
import json
import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from railbed.description.app import App, AppWorkers
from railbed.description.health_checks import ask_by_http
from railbed.description.heartbeat import heartbeat_command
from railbed.description.ruby_source import ruby_source
from railbed.docker_host.app_containers import WITH_FOLDERS, WITH_LOADER
from tests.unit.every_target import ON_KUBERNETES, TARGETS, deploy, variables_of
from tests.unit.recording import Deployment
from tests.unit.refused_settings import ALL, Refused, each_target, told

PROBE = ["ruby", "--disable-gems", "-e"]
HEARTBEAT = ["sh", "-c", 'test -n "$(find /tmp/railbed-heartbeat -mmin -2)"']
SOLID_QUEUE = ["bundle", "exec", "ruby"]
OF_RESQUE = {"TERM_CHILD": "1", "RESQUE_PRE_SHUTDOWN_TIMEOUT": "25", "RESQUE_TERM_TIMEOUT": "5"}
GOOD_JOB = ["bundle", "exec", "good_job", "start"]

CASES: dict[str, tuple[dict[str, Any], list[str], dict[str, str]]] = {
    "sidekiq": (
        {"queues": ["critical,2", "low"]},
        ["bundle", "exec", "sidekiq", "-c", "5", "-t", "25", "-q", "critical,2", "-q", "low"],
        {"RAILS_MAX_THREADS": "5"},
    ),
    "solid_queue": ({}, [*SOLID_QUEUE, '{"shutdown_seconds": 25}'], {"RAILS_MAX_THREADS": "7"}),
    "solid_queue with queues": (
        {"queues": ["critical", "low"], "concurrency": 3, "shutdown_seconds": 60},
        [*SOLID_QUEUE, '{"shutdown_seconds": 60, "queues": ["critical", "low"], "threads": 3}'],
        {"RAILS_MAX_THREADS": "5"},
    ),
    "good_job": (
        {},
        [*GOOD_JOB, "--max-threads=5", "--shutdown-timeout=25", "--probe-port=7001"],
        {"RAILS_MAX_THREADS": "7"},
    ),
    "good_job with queues": (
        {"queues": ["critical", "low"], "concurrency": 8},
        [*GOOD_JOB, "--queues=+critical,low", "--max-threads=8", "--shutdown-timeout=25", "--probe-port=7001"],
        {"RAILS_MAX_THREADS": "10"},
    ),
    "good_job with a queue": (
        {"queues": ["low"]},
        [*GOOD_JOB, "--queues=low", "--max-threads=5", "--shutdown-timeout=25", "--probe-port=7001"],
        {},
    ),
    "delayed_job": ({}, ["bundle", "exec", "rake", "jobs:work"], {"RAILS_MAX_THREADS": "1"}),
    "delayed_job with queues": (
        {"queues": ["critical", "low"]},
        ["bundle", "exec", "rake", "jobs:work"],
        {"QUEUES": "critical,low"},
    ),
    "resque": ({}, ["bundle", "exec", "rake", "environment", "resque:work"], {"QUEUES": "*", **OF_RESQUE}),
    "resque with queues": (
        {"queues": ["critical", "low"], "shutdown_seconds": 60},
        ["bundle", "exec", "rake", "environment", "resque:work"],
        {"QUEUES": "critical,low", **OF_RESQUE, "RESQUE_PRE_SHUTDOWN_TIMEOUT": "60"},
    ),
}
"""Settings, the command without what brings a loader along, and variables, by case; each begins with its backend."""


def group_of(case: str) -> dict[str, Any]:
    settings, *_ = CASES[case]
    return {"backend": case.split()[0], **settings}


@functools.cache
def deployed(target: str, group: str) -> Deployment:
    return deploy(target, {"workers": {"default": json.loads(group)}})


def container_of(found: Deployment, target: str) -> dict[str, Any]:
    """The container of the workers, as their target describes it."""
    if target in ON_KUBERNETES:
        described: dict[str, Any] = found.the("Deployment", "shop-default").container
    elif target == "ecs":
        described = json.loads(found.the("TaskDefinition", "shop-default").inputs["containerDefinitions"])[0]
    else:
        described = found.the("Container", "shop-default-1").inputs
    return described


def command_of(found: Deployment, target: str) -> list[str]:
    """The command of the workers, without loaders and what brings them along."""
    words: list[str] = list(container_of(found, target)["args" if target in ON_KUBERNETES else "command"])
    if words[:4] == ["sh", "-c", WITH_FOLDERS, "/rails/tmp"]:
        words = words[4:]
    if words[:3] == ["sh", "-c", WITH_LOADER]:
        words = words[4:]
    if words[:3] == PROBE:
        words = words[words.index("bundle") :]
    return [word for word in words if not word.endswith((".rb", "-r"))]


def check_of(found: Deployment, target: str) -> Any:
    """How the health of the workers is checked: a command, or a port and a path; None if it is not."""
    container = container_of(found, target)
    if target in ON_KUBERNETES:
        alive = container.get("livenessProbe")
        asked = alive and alive.get("httpGet")
        return (asked["port"], asked["path"]) if asked else alive and alive["exec"]["command"]
    check = container.get("healthCheck" if target == "ecs" else "healthcheck")
    words = check and check["command" if target == "ecs" else "tests"]
    if not words:
        return None
    assert words[0] == "CMD"
    asks = words[1:4] == PROBE
    return (int(words[5]), words[6]) if asks else words[1:]


def grace_of(found: Deployment, target: str) -> int:
    """Seconds between TERM and the kill."""
    if target in ON_KUBERNETES:
        return int(found.the("Deployment", "shop-default").pod["terminationGracePeriodSeconds"])
    container = container_of(found, target)
    return int(container["stopTimeout"] if target == "ecs" else container["destroyGraceSeconds"])


PLAIN = [case for case in CASES if "with" not in case]


@pytest.mark.parametrize(
    ("target", "case"),
    [*(("cluster", case) for case in CASES), *((each, case) for each in ("ecs", "docker") for case in PLAIN)],
)
def test_commands_variables_and_ends(target: str, case: str) -> None:
    _, command, variables = CASES[case]
    found = deployed(target, json.dumps(group_of(case)))
    assert command_of(found, target) == command
    assert variables.items() <= variables_of(found, target, "default").items()
    assert grace_of(found, target) == group_of(case).get("shutdown_seconds", 25) + 10


HEALTH = {
    "sidekiq": HEARTBEAT,
    "solid_queue": HEARTBEAT,
    "good_job": (7001, "/status/started"),
    "delayed_job": None,
    "resque": None,
}


@pytest.mark.parametrize("backend", HEALTH)
@pytest.mark.parametrize("target", TARGETS)
def test_health_and_redis(target: str, backend: str) -> None:
    found = deployed(target, json.dumps({"backend": backend}))
    assert check_of(found, target) == HEALTH[backend]
    has_redis = "REDIS_URL" in variables_of(found, target, "web")
    assert has_redis is (backend in ("sidekiq", "resque")), "a Redis costs money, and nobody would use it"
    assert has_redis is any(each.name == "shop-redis" for each in found.resources)
    if target in ON_KUBERNETES:
        unchecked = found.the("Deployment", "shop-default").spec["minReadySeconds"]
        assert unchecked == (0 if HEALTH[backend] else 10), "a container that ends at once would count as rolled out"


@pytest.mark.parametrize(
    ("group", "health", "expected"),
    [
        ({"command": ["bin/jobs"]}, {"command": ["test", "-f", "/tmp/alive"]}, ["test", "-f", "/tmp/alive"]),
        ({"backend": "delayed_job"}, {"port": 7433}, (7433, "/")),
        ({"backend": "sidekiq"}, {"port": 7433, "path": "/healthz"}, (7433, "/healthz")),
    ],
)
@pytest.mark.parametrize("target", ["cluster", "ecs", "docker"])
def test_a_check_of_the_users_own(target: str, group: dict[str, Any], health: dict[str, Any], expected: Any) -> None:
    assert check_of(deployed(target, json.dumps({**group, "health": health})), target) == expected


def test_a_new_container_has_its_start_time_for_a_check_of_the_users_own() -> None:
    group = json.dumps({"command": ["bin/jobs"], "health": {"port": 7433}, "startup_seconds": 60})
    probe = container_of(deployed("cluster", group), "cluster")["startupProbe"]
    assert probe == {"httpGet": {"port": 7433, "path": "/"}, "periodSeconds": 2, "failureThreshold": 30, "timeoutSeconds": 10}


@pytest.mark.parametrize("target", TARGETS)
def test_old_ones_stop_first_where_two_must_never_run(target: str) -> None:
    rolling, recreated = (deployed(target, json.dumps({"strategy": each})) for each in ("RollingUpdate", "Recreate"))
    if target in ON_KUBERNETES:
        spec = recreated.the("Deployment", "shop-default").spec
        assert spec["strategy"] == {"type": "Recreate"}
        waits = rolling.the("Deployment", "shop-default").spec["progressDeadlineSeconds"]
        assert spec["progressDeadlineSeconds"] == waits + 35, "the old pod may take its time before the new one begins"
        assert recreated.the("Deployment", "shop-web").spec["strategy"]["type"] == "RollingUpdate"
    elif target == "ecs":
        service = recreated.the("Service", "shop-default").inputs
        assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (0, 100)
        assert service["availabilityZoneRebalancing"] == "DISABLED", "ECS would start a second one in another zone"
        assert rolling.the("Service", "shop-default").inputs["deploymentMinimumHealthyPercent"] == 100
    else:
        assert recreated.the("Container", "shop-default-1").request.deleteBeforeReplace
        assert not rolling.the("Container", "shop-default-1").request.deleteBeforeReplace


@pytest.mark.parametrize(
    ("group", "connections"),
    [
        ({}, 10),
        ({"strategy": "Recreate"}, 5),
        ({"backend": "solid_queue"}, 26),
        ({"backend": "good_job", "concurrency": 3}, 10),
        ({"backend": "delayed_job", "replicas": 4}, 5),
        ({"backend": "resque"}, 4),
        ({"backend": "resque", "command": ["bin/work"], "concurrency": 3}, 6),
    ],
)
def test_connections_that_count(group: dict[str, Any], connections: int) -> None:
    app = App.model_validate({"name": "shop", "image": {"ref": "registry.example.com/shop:1"}, "workers": {"a": group}})
    assert app.connections()["workers.a"] == connections


@pytest.mark.parametrize("target", TARGETS)
def test_a_redis_for_other_uses(target: str) -> None:
    found = deploy(target, {"workers": {}}, redis={"enabled": True})
    assert any(each.name == "shop-redis" for each in found.resources)
    assert "REDIS_URL" in variables_of(found, target, "web")


@pytest.mark.parametrize("target", TARGETS)
def test_no_redis_where_it_is_switched_off(target: str) -> None:
    found = deploy(target, {"workers": {"a": {"command": ["bin/jobs"]}}}, redis={"enabled": False})
    assert "REDIS_URL" not in variables_of(found, target, "web")


NEEDS = "redis.enabled is false and secrets has no REDIS_URL, and {} Redis (workers default): specify one of them"
MAKES_NONE = "redis: would make none, as no group of workers keeps its jobs in Redis: set redis.enabled to true"
PLACE = "app.workers.default"

REFUSED: list[Refused] = [
    (ALL, {"redis": {"enabled": False}}, NEEDS.format("Sidekiq needs")),
    (ALL, {"redis": {"enabled": False}, f"{PLACE}.backend": "resque"}, NEEDS.format("Resque needs")),
    (ALL, {"redis": {}, "app.workers": {}}, MAKES_NONE),
    (ALL, {"redis": {}, f"{PLACE}.backend": "solid_queue"}, MAKES_NONE),
    (
        ALL,
        {f"{PLACE}.backend": "sidekick"},
        f"{PLACE}.backend: found 'sidekick'; it should be 'sidekiq', 'solid_queue', 'good_job'",
    ),
    (ALL, {f"{PLACE}.strategy": "recreate"}, f"{PLACE}.strategy: found 'recreate'; it should be 'RollingUpdate' or 'Recreate'"),
    (
        ALL,
        {PLACE: {"backend": "good_job", "queues": ["critical,2"]}},
        f"{PLACE}.queues: GoodJob has no weights: write critical,2 as critical",
    ),
    *(
        (
            ALL,
            {PLACE: {"backend": backend, "concurrency": 5}},
            f"{PLACE}.concurrency: {name} works on one job at a time in a container: remove it, and raise replicas",
        )
        for backend, name in {"delayed_job": "Delayed Job", "resque": "Resque"}.items()
    ),
    (ALL, {f"{PLACE}.health": {}}, f"{PLACE}.health: specify either command or port, with the path to ask for"),
    (ALL, {f"{PLACE}.health": {"command": ["true"], "port": 1}}, "specify either command or port"),
    (ALL, {f"{PLACE}.health": {"command": ["true"], "path": "/a"}}, "path has no effect with command: remove it"),
    (ALL, {f"{PLACE}.health": {"port": 70000}}, f"{PLACE}.health.port: found 70000; it should be at most 65535"),
    (
        ALL,
        {PLACE: {"backend": "resque", "env": {"QUEUE": "low"}}},
        "workers.default.env.QUEUE would win over workers.default.queues: remove it, and set that instead",
    ),
    (
        ALL,
        {PLACE: {"backend": "resque", "env": {"TERM_CHILD": "0"}}},
        "workers.default.env.TERM_CHILD would win over workers.default.shutdown_seconds",
    ),
    (
        "ecs",
        {
            f"{PLACE}.backend": "good_job",
            "ecs.services": {"default": {"autoscaling": {"minimum": 1, "maximum": 2, "queue_latency_seconds": 9}}},
        },
        "services.default.autoscaling.queue_latency_seconds: is known of Sidekiq alone, and app.workers.default.backend is",
    ),
    (
        "ecs",
        {PLACE: {"backend": "resque", "shutdown_seconds": 111}},
        "use 110 at most, as Fargate kills 120 seconds after TERM and Resque needs 10 more",
    ),
    (
        "doks",
        {f"{PLACE}.backend": "good_job", "database.pool_size": 20},
        "database.pool_mode is transaction, and GoodJob (workers default) keeps its locks in sessions: set pool_mode to",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)


def test_a_command_of_the_users_own_takes_its_variables_from_env() -> None:
    AppWorkers.model_validate({"backend": "resque", "command": ["bin/work"], "env": {"QUEUE": "low"}, "concurrency": 3})
    with pytest.raises(ValidationError):
        AppWorkers.model_validate({"queues": []})


@pytest.mark.parametrize(("status", "well"), [(200, True), (302, True), (404, False), (503, False)])
def test_a_question_by_http(status: int, well: bool) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/status/started" else 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    if shutil.which("ruby") is None:
        pytest.skip("not run: there is no ruby on PATH")
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        done = subprocess.run(ask_by_http(server.server_port, "/status/started"), capture_output=True, check=False, timeout=60)
    assert (done.returncode == 0) is well


ENVIRONMENT = """
require "time"
class Relation
  def order(*) = self
  def last = $row
end
module SolidQueue
  class << self
    attr_accessor :shutdown_timeout
    def process_heartbeat_interval = 60
    def on_start(&block) = (@start = block)
    def started(*arguments) = @start.call(*arguments)
  end
  class Process
    def self.where(**wanted)
      raise IOError, "no database" if $row == :gone
      $asked = wanted
      Relation.new
    end
  end
  class Supervisor
    def self.start(**options)
      $row = Struct.new(:last_heartbeat_at).new(Time.now - Integer(ENV.fetch("AGE")))
      $row = :gone if ENV["GONE"]
      SolidQueue.started(:supervisor)
      sleep 1
      wanted = $asked == { pid: ::Process.pid, hostname: Socket.gethostname, supervisor_id: nil }
      puts JSON.generate(options: options, seconds: SolidQueue.shutdown_timeout, asked: wanted)
    end
  end
end
module Rails
  def self.application = self
  def self.executor = self
  def self.wrap = yield
end
"""
"""As much of Solid Queue 1.5 and of Rails as the loader calls: neither can be had here."""


@pytest.mark.skipif(shutil.which("ruby") is None, reason="not run: there is no ruby on PATH")
@pytest.mark.parametrize(
    ("age", "gone", "was_alive", "alive"),
    [
        (0, False, False, True),
        (150, False, False, True),
        (200, False, False, False),
        (0, True, True, True),
        (0, True, False, False),
    ],
)
def test_solid_queue_is_alive_while_its_heartbeat_is(
    tmp_path: Path, age: int, gone: bool, was_alive: bool, alive: bool
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/environment.rb").write_text(ENVIRONMENT)
    (tmp_path / "loader.rb").write_text(ruby_source("solid_queue_worker.rb"))
    file = tmp_path / "heartbeat"
    if was_alive:
        file.touch()
        os.utime(file, (0, 0))
    variables = {"RAILBED_HEARTBEAT_FILE": str(file), "AGE": str(age), **({"GONE": "1"} if gone else {})}
    settings = {"shutdown_seconds": 60, "queues": ["a", "b"], "threads": 3}
    done = subprocess.run(
        ["ruby", "loader.rb", json.dumps(settings)],
        cwd=tmp_path,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (file.exists() and file.stat().st_mtime > 0) is alive
    told_by_ruby = json.loads(done.stdout)
    assert told_by_ruby["options"] == {"workers": [{"queues": ["a", "b"], "threads": 3}], "dispatchers": [{}]}
    assert told_by_ruby["seconds"] == 60
    assert told_by_ruby["asked"] is not gone


def test_the_loader_of_solid_queue_is_brought_along() -> None:
    command = heartbeat_command(AppWorkers.model_validate({"backend": "solid_queue"}), "solid_queue_worker.rb")
    assert command[-5:-1] == ["bundle", "exec", "ruby", "/tmp/solid_queue_worker.rb"]
    assert ruby_source("solid_queue_worker.rb") in command
