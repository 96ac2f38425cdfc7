"""When a web container on ECS is there: once it answers as the kubelet would ask it."""

import shlex

from railbed.description.app import AppWeb
from railbed.description.health_checks import health_headers
from railbed.description.listening import RUBY
from railbed.description.ruby_source import ruby_source

ANSWERED = "/tmp/railbed-answered"


def web_check(web: AppWeb) -> list[str]:
    """A health command that fails until the health path has answered 200 to 399 once, as Kubernetes' probes want it.

    After that it succeeds: whether a container goes on answering is for the load balancer to see, whose check is patient. A
    container whose threads are all busy would be replaced by this one, and the others would have even more to do.
    """
    host = health_headers(web)["Host"]
    ask = shlex.join([*RUBY, ruby_source("web_check.rb"), str(web.port), web.health_path, host, ANSWERED])
    return ["CMD-SHELL", f"test -f {ANSWERED} || {ask}"]
