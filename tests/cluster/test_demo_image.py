"""The images of the sandbox, run by hand on its cluster: no component has a part in this."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sandbox import cluster, images
from sandbox.images.suite import chosen_suite
from sandbox.progress import StepFailed

Env = Mapping[str, str]

NAMESPACE = "test-demo-image"
NODE_PORT = 31980
OVERLAYS = Path(__file__).parent / "overlays"
DATA = "/var/lib/postgresql/data"
WRITABLE = ["/tmp", "/rails/tmp", "/rails/log", "/run/postgresql", "/data", DATA]
RAILS = {
    "DATABASE_URL": "postgresql://demo:geheim@postgres/demo",
    "REDIS_URL": "redis://redis/0",
    "RAILS_MASTER_KEY": (images.DEMO / "config" / "master.key").read_text(),
    "APP_HOSTS": "demo.example.com",
    "PIDFILE": "/tmp/puma.pid",
}
DATABASE = {"POSTGRES_USER": "demo", "POSTGRES_PASSWORD": "geheim", "PGDATA": f"{DATA}/pgdata"}


def kubectl(*arguments: str, manifest: dict[str, Any] | None = None) -> str:
    command = [str(cluster.binaries() / "kubectl"), "--kubeconfig", str(cluster.kubeconfig()), "-n", NAMESPACE, *arguments]
    done = subprocess.run(command, input=json.dumps(manifest).encode(), capture_output=True, check=False)
    assert done.returncode == 0, f"{' '.join(arguments)}: {done.stderr.decode(errors='replace')}"
    return str(done.stdout, errors="replace")


def pod(name: str, image: str, *command: str, env: Env, user: int = 1000) -> dict[str, Any]:
    container = {
        "name": "main",
        "image": image,
        "args": list(command),
        "env": [{"name": key, "value": value} for key, value in env.items()],
        "volumeMounts": [{"name": "writable", "mountPath": path, "subPath": path.strip("/")} for path in WRITABLE],
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "containers": [container],
            "volumes": [{"name": "writable", "emptyDir": {}}],
            "restartPolicy": "Never",
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": 20,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": user,
                "runAsGroup": user,
                "fsGroup": user,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
        },
    }


def service(name: str, port: int, **spec: Any) -> dict[str, Any]:
    ports = [{"port": port, **({"nodePort": NODE_PORT} if spec else {})}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": name}, "ports": ports, **spec},
    }


def says(name: str, text: str) -> Callable[[], bool]:
    def said() -> bool:
        phase = kubectl("get", "pod", name, "-o", "jsonpath={.status.phase}")
        return phase != "Pending" and text in kubectl("logs", name)

    return said


def start(manifest: dict[str, Any]) -> None:
    kubectl("apply", "-f", "-", manifest=manifest)


def eventually(holds: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := holds():
            return result
        time.sleep(0.5)
    pytest.fail(f"{what}: not within {seconds:.0f} s")


class Ended(NamedTuple):
    exit_code: int
    log: str


def run(name: str, image: str, *command: str, env: Env, user: int = 1000) -> Ended:
    """Run a pod to its end."""
    start(pod(name, image, *command, env=env, user=user))

    def ended() -> Any:
        state = (
            json.loads(kubectl("get", "pod", name, "-o", "json"))["status"].get("containerStatuses", [{}])[0].get("state", {})
        )
        return state.get("terminated")

    terminated = eventually(ended, f"pod {name} ends")
    log = kubectl("logs", name)
    kubectl("delete", "pod", name, "--now")
    return Ended(terminated["exitCode"], log)


def migrate(version: str, name: str, env: Env) -> Ended:
    return run(name, images.demo(version), "bin/rails", "db:migrate", env=env)


def request(path: str, method: str = "GET", host: str = "demo.example.com") -> tuple[int, str]:
    asked = urllib.request.Request(f"http://{cluster.NODE_ADDRESS}:{NODE_PORT}{path}", method=method, headers={"Host": host})
    try:
        with urllib.request.urlopen(asked, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def status() -> dict[str, Any]:
    code, body = request("/status.json")
    assert code == 200, f"/status.json answers {code}: {body[:500]}"
    facts: dict[str, Any] = json.loads(body)
    return facts


def worker(name: str) -> dict[str, Any]:
    return pod(name, images.demo("1"), "bundle", "exec", "sidekiq", "-t", "3", env=RAILS)


@pytest.fixture(scope="module", autouse=True)
def application() -> Iterator[None]:
    """Version 1 with database, cache, web server and one Sidekiq process."""
    try:
        images.load_all()
    except StepFailed as failure:
        pytest.skip(f"{failure.what} {failure.remedy}")
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
    }
    kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
    start(namespace)
    try:
        start(pod("postgres", images.postgres_reference(), env=DATABASE, user=999))
        start(pod("redis", images.redis_reference(), env={}, user=999))
        for manifest in (service("postgres", 5432), service("redis", 6379), service("web", 3000, type="NodePort")):
            start(manifest)
        eventually(says("postgres", "listening on IPv4"), "PostgreSQL starts")
        # The container's own command: its entrypoint prepares the database, as Rails' default one does.
        start(pod("web", images.demo("1"), env=RAILS | {"DEMO_GREETING": "Hello from the test"}))
        start(worker("worker"))
        eventually(lambda: request("/up")[0] == 200, "the web server answers")
        yield
    finally:
        kubectl("delete", "pod", "worker", "web", "--ignore-not-found")  # Sidekiq does not stop cleanly without Redis
        kubectl("delete", "namespace", NAMESPACE, "--now")


def test_page_shows_version_database_and_the_job_that_the_visit_enqueued() -> None:
    before = status()
    code, page = request("/")
    assert code == 200
    for text in ("version 1", "Hello from the test", "20250302090000"):
        assert text in page
    assert "0123456789abcdef" not in page
    after = eventually(lambda: (facts := status())["jobs"]["done"] > before["jobs"]["done"] and facts, "the job is done")
    assert after["visits"] == before["visits"] + 1
    assert after["database_version"].startswith(f"{chosen_suite().postgresql}.")
    assert after["rails"].startswith("7.2.") and after["ruby"].startswith(f"{chosen_suite().ruby}.")
    assert (after["version"], after["pod"], after["greeting"]) == ("1", "web", "Hello from the test")


def test_other_host_names_are_refused() -> None:
    assert request("/up", host="10.1.2.3")[0] == 403


def test_cron_task_leaves_a_row() -> None:
    before = status()["cron_runs"]
    ended = run("cron", images.demo("1"), "bundle", "exec", "rake", "demo:cron", env=RAILS)
    assert ended.exit_code == 0, ended.log
    assert status()["cron_runs"] == before + 1


def test_job_that_outlasts_its_worker_is_run_by_the_next_one() -> None:
    before = status()["jobs"]
    code, body = request("/jobs?count=2&seconds=8", "POST")
    assert (code, len(json.loads(body)["keys"])) == (201, 2)
    eventually(lambda: status()["jobs"]["attempts"] == before["attempts"] + 2, "the jobs start")
    kubectl("delete", "pod", "worker")
    assert status()["jobs"]["done"] == before["done"], "the jobs end before their worker does: the test shows nothing"
    start(worker("worker"))
    after = eventually(lambda: (jobs := status()["jobs"])["done"] == before["done"] + 2 and jobs, "the jobs are done")
    assert after["completions"] == before["completions"] + 2
    assert after["retried"] == before["retried"] + 2


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ("fail", "there is no column visits.referrer to copy from"),
        ("print_ten_megabytes", "the last line counts"),
        ("print_binary_bytes", "readable in spite of the bytes above"),
    ],
)
def test_broken_migration_ends_with_an_exit_code_and_changes_nothing(overlay: str, said: str) -> None:
    (file,) = OVERLAYS.glob(f"*_{overlay}.rb")
    before = status()["schema_version"]
    image = images.demo("1", {f"db/migrate/{file.name}": file.read_text()})
    ended = run("migrate", image, "bin/rails", "db:migrate", env=RAILS)
    assert ended.exit_code == 1
    assert said in ended.log
    assert status()["schema_version"] == before


def test_hanging_migration_hangs_until_it_is_ended() -> None:
    (file,) = OVERLAYS.glob("*_hang.rb")
    start(pod("hang", images.demo("1", {f"db/migrate/{file.name}": file.read_text()}), "bin/rails", "db:migrate", env=RAILS))
    eventually(says("hang", "a lock that nobody releases"), "the migration starts")
    kubectl("delete", "pod", "hang", "--now")


def test_version_2_needs_its_migration_and_version_1_outlives_it_until_the_post_migration() -> None:
    visit = ("bin/rails", "runner", "Visit.create!(pod: 'test', browser: 'test')")
    assert "unknown attribute 'browser'" in run("early", images.demo("2"), *visit, env=RAILS).log
    migrated = migrate("2", "pre", RAILS | {"SKIP_POST_DEPLOYMENT_MIGRATIONS": "1"})
    assert migrated.exit_code == 0, migrated.log
    assert run("in-time", images.demo("2"), *visit, env=RAILS).exit_code == 0
    assert request("/")[0] == 200, "version 1 does not survive version 2's migration"
    posted = migrate("2", "post", RAILS)
    assert posted.exit_code == 0, posted.log
    assert request("/")[0] == 500, "version 1 survives the post-deployment migration: it did not have to be one"


def test_postgres_runs_as_any_user_and_resumes_a_set_up_that_was_killed() -> None:
    killed = f"mkdir -p {DATA}/pgdata/new/base && exec docker-entrypoint.sh postgres"
    manifest = pod("any-user", images.postgres_reference(), "bash", "-c", killed, env=DATABASE, user=12345)
    start(manifest)
    eventually(says("any-user", "listening on IPv4"), "PostgreSQL starts")
    answer = kubectl("exec", "any-user", "--", "psql", "-U", "demo", "-Atc", "select current_database()")
    assert answer.strip() == "demo"
    kubectl("delete", "pod", "any-user")


def test_postgres_says_why_it_does_not_start() -> None:
    keep = f"mkdir -p {DATA}/pgdata && touch {DATA}/pgdata/precious && exec docker-entrypoint.sh postgres"
    image = images.postgres_reference()
    assert "holds files, but no database" in run("precious", image, "bash", "-c", keep, env=DATABASE, user=999).log
    assert "POSTGRES_PASSWORD is not set" in run("no-password", image, env={}, user=999).log
