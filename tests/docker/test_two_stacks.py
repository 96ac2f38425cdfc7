"""What a stack shares with another one of its machine, and what it leaves there when it is interrupted and destroyed."""

import os
import signal
from pathlib import Path

from tests.cluster.waiting import eventually
from tests.docker.machine_stack import MachineStack, machine_stack


def test_two_stacks_live_beside_each_other_and_one_that_goes_leaves_its_data_only(
    shop: MachineStack, variables: dict[str, str], tmp_path: Path
) -> None:
    mine = shop.of(), shop.volumes()
    with machine_stack(tmp_path, variables, shop.name, "other") as other:
        other.app["workers"], other.app["migration"]["post"] = {}, False
        other.settings["docker"]["port"] = shop.settings["docker"]["port"]
        refused = other.up()
        assert refused.code != 0
        assert f"of 127.0.0.1 is taken by the container {shop.name}-proxy" in refused.text
        assert other.of() == {}, "something was made before the port was looked at"

        other.settings["docker"]["port"] += 1
        process = other.start("up", "--yes", "--skip-preview")
        eventually(lambda: other.running("database"), "the database is being made")
        os.killpg(process.pid, signal.SIGINT)
        assert other.finish(process).code != 0, "the test shows nothing"
        run = other.up()
        assert run.code == 0, run.text
        with other.client() as client:
            client.get("/")
        assert other.status()["visits"] == 1, "the other stack has another database"

        gone = other.destroy()
        assert gone.code == 0, gone.text
        assert other.of() == {}
        assert other.volumes() == {f"{shop.name}-database-other"}, "data stays, and nothing else"
        assert not other.engine.networks.list(filters={"label": "railbed/stack=other"})

        back = other.up()
        assert back.code == 0, back.text
        assert other.status()["visits"] == 1, "the data is not taken up again"
    assert (shop.of(), shop.volumes()) == mine
