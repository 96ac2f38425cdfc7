"""What the stand-ins of clouds hold, while the engine works on several resources at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.providers.ledger import Ledger


def come_and_go(folder: Path, stayed: int) -> None:
    ledger = Ledger(folder)
    for number in range(stayed, stayed + 300):
        ledger.write("dev", "aws:ecs/service:Service", "web", f"identity-{number}", {"name": "web"})
        ledger.strike(f"identity-{number}")


def test_what_is_deleted_while_it_is_listed_does_not_stop_the_listing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for number in range(20):
        ledger.write("dev", "aws:ecs/service:Service", "web", f"identity-{number}", {"name": "web"})
    with ThreadPoolExecutor() as pool:
        others = [pool.submit(come_and_go, tmp_path, start) for start in (1000, 2000)]
        while not all(other.done() for other in others):
            assert len(list(ledger.all())) >= 20, "a `destroy` in the sandbox would forget what is there"
        for other in others:
            other.result()
    assert {entry.identity for entry in ledger.all()} == {f"identity-{number}" for number in range(20)}


def test_what_another_command_of_pulumi_wrote_is_found_until_it_is_struck(tmp_path: Path) -> None:
    Ledger(tmp_path).write("dev", "aws:ecs/service:Service", "web", "identity", {"name": "web"})
    found = Ledger(tmp_path).find("identity")
    assert found is not None and found.inputs == {"name": "web"}
    Ledger(tmp_path).strike("identity")
    assert Ledger(tmp_path).find("identity") is None
