"""DockerApp: the containers of an application on one machine."""

import json
from typing import Any

import pytest

from railbed import InvalidArguments
from tests.unit.conftest import Deploy
from tests.unit.recording import HIDDEN, Deployment, Recorded, record
from tests.unit.samples import IMAGE, make

APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "env": {"GREETING": "hello"},
    "web": {"replicas": 2, "hosts": ["shop.example.com"]},
    "workers": {"default": {"queues": ["critical", "default"], "shutdown_seconds": 40}},
    "cron": {"digest": {"schedule": "0 6 * * 7", "command": ["bin/rails", "digest:send"], "time_zone": "Europe/Berlin"}},
    "migration": {"post": True},
}
URL = "postgresql://app:hunter2-pass@database/app"
SECRETS = {"DATABASE_URL": URL, "RAILS_MASTER_KEY": "hunter2-pass"}


def deployed(app: dict[str, Any] | None = None, **arguments: Any) -> Deployment:
    return record(lambda: make("DockerApp", app=APP | (app or {}), secrets=SECRETS, **arguments))


@pytest.fixture(scope="module")
def shop() -> Deployment:
    return deployed()


def variables(container: Recorded) -> dict[str, str]:
    return dict(each.split("=", 1) for each in container.inputs["envs"])


def containers(deployment: Deployment) -> dict[str, Recorded]:
    return {each.name: each for each in deployment.all("Container")}


def problems_of(**arguments: Any) -> list[str]:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make("DockerApp", **arguments), registered=registered)
    assert registered == []
    return raised.value.problems


def test_every_part_has_its_containers(shop: Deployment) -> None:
    assert set(containers(shop)) == {
        "shop-proxy",
        "shop-migrate",
        "shop-web-1",
        "shop-web-2",
        "shop-default-1",
        "shop-digest",
        "shop-console",
        "shop-post-migrate",
    }


def test_the_application_runs_as_one_user_on_a_read_only_root_file_system(shop: Deployment) -> None:
    for name, container in containers(shop).items():
        assert container.at("readOnly"), name
        assert container.at("capabilities.drops") == ["ALL"]
        assert container.at("securityOpts") == ["no-new-privileges:true"]
        assert container.at("init"), "nobody would reap the processes that outlive their parents"
        if name != "shop-proxy":
            assert container.at("user") == "1000:1000"
            assert container.at("mounts") == [
                {"target": folder, "type": "volume"} for folder in ("/tmp", "/rails/log", "/rails/tmp")
            ], "named volumes would stay, and memory would fill"


def test_containers_restart_with_the_machine_but_migrations(shop: Deployment) -> None:
    for name, container in containers(shop).items():
        assert container.at("restart") == ("no" if "migrate" in name else "unless-stopped")
        assert container.at("logDriver") == "local", "Docker's default fills the disk"
        assert container.at("destroyGraceSeconds") == container.at("stopTimeout"), "the provider would kill it at once"


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("web-1", 35), ("default-1", 50), ("migrate", 30), ("digest", 3660), ("console", 10), ("proxy", 15)],
)
def test_what_runs_has_its_time_to_end(shop: Deployment, name: str, seconds: int) -> None:
    container = containers(shop)[f"shop-{name}"]
    assert container.at("stopTimeout") == seconds
    assert container.request.customTimeouts.delete == f"{seconds + 60}s", "the engine would give up before"


def test_with_tls_the_proxy_has_the_ports_of_the_web_and_certificates_that_stay() -> None:
    with_tls = deployed(tls=True, network="shop-test")
    proxy = containers(with_tls)["shop-proxy"]
    assert proxy.at("ports") == [
        {"internal": 8080, "external": 80, "ip": "0.0.0.0"},
        {"internal": 8443, "external": 443, "ip": "0.0.0.0"},
    ]
    volume = with_tls.the("Volume", "shop-certificates")
    assert volume.request.retainOnDelete, "authorities issue a host's certificate a few times a week only"
    assert {"target": "/data", "type": "volume", "source": "shop-certificates-test"} in proxy.at("mounts")
    assert with_tls.result["url"] == "https://shop.example.com"
    assert with_tls.the("RandomUuid", "shop-rollout").at("keepers.hosts") == "shop.example.com"
    near = containers(deployed(tls=True, address="192.0.2.7"))["shop-proxy"]
    assert {each["ip"] for each in near.at("ports")} == {"192.0.2.7"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"tls": True, "port": 8443}, "port 8443 has no use with tls, which answers on 80 and 443: remove it"),
        ({"tls": True, "app": {**APP, "web": {}}}, "tls is for hosts: set app.web.hosts to the names that users enter"),
    ],
)
def test_tls_that_could_not_be(arguments: dict[str, Any], problem: str) -> None:
    assert any(problem in each for each in problems_of(**{"app": APP, **arguments}))


def test_unicorn_is_told_to_finish_its_requests() -> None:
    web = containers(deployed({"web": {"server": "unicorn"}}))["shop-web-1"]
    assert web.at("stopSignal") == "SIGQUIT", "TERM drops them"


def test_limits_are_those_of_the_description() -> None:
    resources = {"cpu": "500m", "memory": "256Mi", "cpu_limit": "1500m", "memory_limit": "768Mi"}
    web = containers(deployed({"web": {"resources": resources}}))["shop-web-1"]
    assert (web.at("cpuShares"), web.at("cpuQuota"), web.at("cpuPeriod")) == (512, 150_000, 100_000)
    assert (web.at("memory"), web.at("memorySwap"), web.at("memoryReservation")) == (768, 768, 256)


def test_what_the_provider_does_not_update_is_replaced(shop: Deployment) -> None:
    web = containers(shop)["shop-web-1"]
    assert set(web.request.replaceOnChanges) == {"healthcheck", "tmpfs", "init", "cpuPeriod", "cpuQuota"}, (
        "a new health path would be shown as applied, and never checked"
    )


def test_secrets_are_secret_in_the_state_and_nowhere_else(shop: Deployment) -> None:
    for name in ("web-1", "default-1", "migrate", "digest", "console", "post-migrate"):
        container = containers(shop)[f"shop-{name}"]
        assert {key: variables(container)[key] for key in SECRETS} == SECRETS
        assert variables(container)["GREETING"] == "hello"
        assert variables(container)["RAILS_ENV"] == "production"
        assert list(container.request.additionalSecretOutputs) == ["envs"]
    shown = json.dumps([[each.visible, each.outputs] for each in shop.resources])
    assert "hunter2-pass" not in shown
    assert HIDDEN in shown


def test_the_migration_is_started_by_a_hook_and_waits_for_the_database(shop: Deployment) -> None:
    migration = containers(shop)["shop-migrate"]
    assert (migration.at("start"), migration.at("mustRun")) == (False, False)
    assert migration.at("command.3") == "/rails/tmp"
    assert migration.at("command")[-2:] == ["bin/rails", "db:prepare"]
    assert 'ruby -e "$1" || exit' in migration.at("command")[6]
    assert variables(migration)["SKIP_POST_DEPLOYMENT_MIGRATIONS"] == "true"
    assert "SKIP_POST_DEPLOYMENT_MIGRATIONS" not in variables(containers(shop)["shop-post-migrate"])


def test_the_migration_waits_for_no_database_that_is_not_named() -> None:
    found = containers(record(lambda: make("DockerApp", app=APP)))["shop-migrate"].at("command")
    assert found[4:] == ["bin/rails", "db:prepare"]


def test_nothing_of_a_release_starts_before_its_migration(shop: Deployment) -> None:
    for name in ("web-1", "web-2", "default-1", "digest", "console"):
        assert "shop-migrate" in containers(shop)[f"shop-{name}"].depends_on, f"{name} could meet an old schema"
    assert "shop-rollout" in containers(shop)["shop-post-migrate"].depends_on
    assert set(shop.hooks) == {
        "railbed:DockerApp:shop:port",
        *(f"railbed:DockerApp:shop-{each}:run" for each in ("migrate", "rollout", "post-migrate")),
    }


def test_a_record_is_made_anew_with_each_release(shop: Deployment) -> None:
    kept = {each.name: each.inputs["keepers"] for each in shop.all("RandomUuid")}
    assert kept["shop-migrate"] == {"container": "shop-migrate-id", "image": IMAGE, "identity": "sha256:of-shop"}
    assert kept["shop-rollout"] == {
        "proxy": "shop-proxy-id",
        "web": "shop-web-1-id,shop-web-2-id",
        "workers": "shop-default-1-id",
        "image": IMAGE,
    }
    assert kept["shop-post-migrate"]["after"] == "shop-web-1-id,shop-web-2-id,shop-default-1-id"


def test_only_the_proxy_has_a_port_of_the_machine_and_it_is_on_loopback(shop: Deployment) -> None:
    ports = {name: container.at("ports") for name, container in containers(shop).items() if container.at("ports")}
    assert ports == {"shop-proxy": [{"internal": 8080, "external": 3000, "ip": "127.0.0.1"}]}


def test_stores_come_before_the_migration(deploy: Deploy) -> None:
    import pulumi

    def program() -> None:
        database = make("DockerPostgresql", "db")
        make_app(pulumi.ResourceOptions(depends_on=[database]))

    def make_app(opts: pulumi.ResourceOptions) -> None:
        import railbed

        arguments: Any = {"app": APP, "network": "shop"}
        railbed.DockerApp("shop", arguments, opts)

    app = deploy(program)
    assert "db" in app.the("Container", "shop-migrate").depends_on
    assert "db" not in app.the("Container", "shop-web-1").depends_on, "a new database container would replace the web's"


@pytest.mark.parametrize(
    ("name", "deleted_first"),
    [("web-1", False), ("default-1", False), ("console", False), ("proxy", True), ("digest", True)],
)
def test_new_containers_run_beside_the_old_where_they_may(shop: Deployment, name: str, deleted_first: bool) -> None:
    container = containers(shop)[f"shop-{name}"]
    assert container.request.deleteBeforeReplace is deleted_first
    assert container.at("name") is None, "two could not run beside each other"


def test_the_health_check_passes_host_authorization_and_force_ssl(shop: Deployment) -> None:
    check = containers(shop)["shop-web-1"].at("healthcheck")
    assert check["tests"][-4:] == ["3000", "/up", "Host: shop.example.com", "X-Forwarded-Proto: https"]
    assert (check["interval"], check["retries"], check["startPeriod"]) == ("5s", 2, "180s")


def test_workers_are_alive_while_sidekiq_is(shop: Deployment) -> None:
    worker = containers(shop)["shop-default-1"]
    assert worker.at("healthcheck.tests") == ["CMD", "sh", "-c", 'test -n "$(find /tmp/railbed-heartbeat -mmin -2)"']
    assert " ".join(worker.at("command")).endswith(
        "bundle exec sidekiq -r /tmp/sidekiq_heartbeat.rb -c 5 -t 40 -q critical -q default"
    )
    assert "RAILBED_HEARTBEAT_FILE" in variables(worker)["RAILBED_LOADER"]


def test_workers_with_a_command_of_their_own_have_no_check() -> None:
    worker = containers(deployed({"workers": {"default": {"command": ["bin/jobs"]}}}))["shop-default-1"]
    assert worker.at("healthcheck") is None
    assert worker.at("command")[-1] == "bin/jobs"


def test_a_scheduled_task_has_a_container_that_starts_it(shop: Deployment) -> None:
    command = containers(shop)["shop-digest"].at("command")
    assert command[-2:] == ["bin/rails", "digest:send"]
    plan = json.loads(command[-3])
    assert (plan["hour"], plan["minute"], plan["weekday"]) == ([6], [0], [0])
    assert (plan["either_day"], plan["time_zone"], plan["deadline_seconds"]) == (False, "Europe/Berlin", 3600)


def test_a_suspended_task_has_none() -> None:
    cron = {"digest": APP["cron"]["digest"] | {"suspended": True}}
    assert "shop-digest" not in containers(deployed({"cron": cron}))


def test_everything_carries_the_mark_of_the_stack(shop: Deployment) -> None:
    for each in [*shop.all("Container"), *shop.all("Volume")]:
        labels = {label["label"]: label["value"] for label in each.inputs["labels"]}
        assert labels["railbed/project"] == "railbed"
        assert labels["railbed/stack"] == "test"


def test_outputs_are_the_commands_of_the_machine(shop: Deployment) -> None:
    assert shop.result == {
        "url": "http://localhost:3000",
        "console": "docker exec -it shop-console-1a2b3c bin/rails console",
        "exec": "docker exec -it shop-console-1a2b3c",
        "tests": "",
        "logs": "docker logs -f shop-web-1-1a2b3c",
        "image": IMAGE,
    }
    far = deployed(host="ssh://deploy@shop.example.com", address="192.0.2.7", port=80)
    assert far.result["console"] == "docker -H ssh://deploy@shop.example.com exec -it shop-console-1a2b3c bin/rails console"
    assert far.result["url"] == "http://192.0.2.7:80"
    assert deployed({"console": {"enabled": False}}).result["console"] == ""


def test_a_preview_knows_the_image(shop: Deployment) -> None:
    preview = record(lambda: make("DockerApp", app=APP), preview=True)
    assert preview.result["image"] == IMAGE


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"port": 0}, "port: found 0; it should be at least 1"),
        ({"address": "localhost"}, "address: found 'localhost'; specify an IPv4 address of the machine"),
        ({"address": "256.0.0.1"}, "address: found '256.0.0.1'; specify an IPv4 address"),
        ({"secrets": {"GREETING": "x"}}, "app.web: GREETING is in both env and secrets: remove it from one of them"),
        ({"secrets": {"WEB_CONCURRENCY": "3"}}, "secrets.WEB_CONCURRENCY would win over app.web.processes"),
        ({"app": APP | {"web": {"autoscaled": True}}}, "app.web.autoscaled: nothing on a Docker host changes replicas"),
        ({"app": APP | {"workers": {"proxy": {}}}}, "app.workers cannot be named proxy, as another part is"),
        ({"app": APP | {"cron": {"default": APP["cron"]["digest"]}}}, "app.cron cannot be named default, as another part is"),
        (
            {"app": APP | {"web": {"overrides": {"deployment": {}}}}},
            "app.web: overrides of deployment have no effect: use one of container",
        ),
        (
            {"app": APP | {"web": {"overrides": {"container": {"memry": 1}}}}},
            "app.web: overrides of container do not know memry: did you mean memory?",
        ),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_made(arguments: dict[str, Any], problem: str) -> None:
    found = problems_of(**({"app": APP} | arguments))
    assert any(problem in each for each in found), found


def test_overrides_reach_the_container() -> None:
    web = containers(deployed({"web": {"overrides": {"container": {"memory": 2048}}}}))["shop-web-1"]
    assert web.at("memory") == 2048
