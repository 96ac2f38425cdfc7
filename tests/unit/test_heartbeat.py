"""The command that brings Sidekiq's heartbeat along where nothing can put a file into the container."""

import subprocess
from pathlib import Path

from railbed.description.app import AppWorkers
from railbed.description.heartbeat import heartbeat_command


def test_the_command_writes_the_loader_and_becomes_sidekiq(tmp_path: Path) -> None:
    command, loader = heartbeat_command(AppWorkers(queues=["critical,2"]), "sidekiq_heartbeat.rb"), tmp_path / "loader.rb"
    begin = command.index("bundle")
    assert command[begin:] == [
        *("bundle", "exec", "sidekiq", "-r", "/tmp/sidekiq_heartbeat.rb", "-c", "5", "-t", "25", "-q", "critical,2")
    ]
    ours = [word.replace("/tmp/sidekiq_heartbeat.rb", str(loader)) for word in command[:begin]]
    shown = "puts Process.pid, ENV.fetch('RAILBED_HEARTBEAT_FILE'), ARGV, File.read(ARGV[2])"
    sidekiq = ["ruby", "-e", shown, "--", "-t", "$HOME", str(loader)]
    with subprocess.Popen([*ours, *sidekiq], stdout=subprocess.PIPE, text=True) as process:
        out, _ = process.communicate(timeout=60)
    pid, heartbeat, *words = out.split("\n", 5)
    assert int(pid) == process.pid, "TERM would end the process in front of Sidekiq, and Sidekiq would give no job back"
    assert heartbeat == "/tmp/railbed-heartbeat"
    assert words[:3] == ["-t", "$HOME", str(loader)]
    assert words[3] == loader.read_text()
    assert "RAILBED_HEARTBEAT_FILE" in loader.read_text()
    assert subprocess.run(["ruby", "-c", str(loader)], capture_output=True, check=False).returncode == 0
