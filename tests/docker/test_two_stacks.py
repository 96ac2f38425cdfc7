"""What a stack shares with another one of its machine, and what it leaves there when it is interrupted and destroyed."""

import os
import signal
from pathlib import Path

import httpx

from tests.cluster.waiting import eventually
from tests.docker.machine_stack import MachineStack, machine_stack

HOST = "shop.localhost"
"""A name for which Caddy is the authority itself (https://caddyserver.com/docs/automatic-https#local-https)."""
ADDRESS = "127.0.0.77"
"""Whose ports 80 and 443 nobody has."""


def answers(stack: MachineStack, path: str = "/") -> httpx.Response | None:
    """The answer by HTTPS; none while the proxy still makes the certificate."""
    try:
        return stack.page(HOST, path)
    except httpx.ConnectError:
        return None


def test_two_stacks_live_beside_each_other_and_one_that_goes_leaves_its_data_only(
    shop: MachineStack, variables: dict[str, str], tmp_path: Path
) -> None:
    mine = shop.of(), shop.volumes()
    with machine_stack(tmp_path, variables, shop.name, "other") as other:
        other.app["workers"], other.app["migration"]["post"] = {}, False
        del other.settings["redis"]  # which only workers use
        other.settings["docker"]["port"] = shop.settings["docker"]["port"]
        refused = other.up()
        assert refused.code != 0
        assert f"of 127.0.0.1 is taken by the container {shop.name}-proxy" in refused.text
        assert other.of() == {}, "something was made before the port was looked at"

        other.app["web"]["hosts"], other.app["env"]["FORCE_SSL"] = [HOST], "true"
        other.settings["docker"] = {"tls": True, "address": ADDRESS, "proxy_image": "railbed.sandbox/caddy:2"}
        process = other.start("up", "--yes", "--skip-preview")
        eventually(lambda: other.running("database"), "the database is being made")
        os.killpg(process.pid, signal.SIGINT)
        assert other.finish(process).code != 0, "the test shows nothing"
        run = other.up()
        assert run.code == 0, run.text
        assert other.outputs()["url"] == f"https://{HOST}"
        assert eventually(lambda: answers(other), "the page is there by HTTPS").status_code == 200
        assert other.page(HOST, "/status.json").json()["visits"] == 1, "the other stack has another database"
        plain = httpx.get(f"http://{ADDRESS}/up", headers={"Host": HOST}, trust_env=False)
        assert (plain.status_code, plain.headers["Location"]) == (308, f"https://{HOST}/up")
        authority = other.authority()

        gone = other.destroy()
        assert gone.code == 0, gone.text
        assert other.of() == {}
        kept = {f"{shop.name}-database-other", f"{shop.name}-certificates-other"}
        assert other.volumes() == kept, "data and certificates stay, and nothing else"
        assert not other.engine.networks.list(filters={"label": "railbed/stack=other"})

        back = other.up()
        assert back.code == 0, back.text
        assert eventually(lambda: answers(other, "/status.json"), "the page is there again").json()["visits"] == 1
        assert other.authority() == authority, "certificates are issued anew each time"
    assert (shop.of(), shop.volumes()) == mine
