"""Data stores with passwords of any characters, on a real cluster: what their `url` says is what they let in."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
AWKWARD = "pä\"ss' w\\\\x41ö/r:d?#[1]@%41$(id)`日本"
LOGS_IN = {
    "Postgresql": 'require "pg"; puts PG.connect(ENV.fetch("STORE")).exec("SELECT 40 + 2").getvalue(0, 0)',
    "Redis": 'require "redis"; puts Redis.new(url: ENV.fetch("STORE")).incrby("n", 42)',
}
