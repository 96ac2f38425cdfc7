"""When a web container on ECS is there: once it answers as the kubelet would ask it."""

import shlex
from importlib import resources

from railbed.description.app import AppWeb
from railbed.description.listening import RUBY

ANSWERED = "/tmp/railbed-answered"


def web_check(web: AppWeb) -> list[str]:
    """A health command that fails until the health path has answered 200 to 399 once, as Kubernetes' probes want it.

    After that it succeeds: whether a container goes on answering is for the load balancer to see, whose check is patient. A
    container whose threads are all busy would be replaced by this one, and the others would have even more to do.
    """
    source = resources.files("railbed").joinpath("ruby", "web_check.rb").read_text()
    host = web.hosts[0] if web.hosts else "localhost"
    ask = shlex.join([*RUBY, source, str(web.port), web.health_path, host, ANSWERED])
    return ["CMD-SHELL", f"test -f {ANSWERED} || {ask}"]
