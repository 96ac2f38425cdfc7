"""`python -m sandbox.providers NAME` serves a stand-in until its standard input ends, and prints its port first."""

import argparse
import sys
import threading
from typing import Any

import urllib3

from sandbox import lending
from sandbox.paths import STATE_DIRECTORY

from . import NAMES
from .ledger import Ledger
from .server import StandIn, serve


def provider(name: str) -> StandIn[Any]:
    """Make the stand-in of a provider."""
    if name == "kubernetes":
        from .kubernetes.provider import KubernetesProvider

        # Who skips the verification of certificates in a kubeconfig need not be told at every request.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return KubernetesProvider()
    if name == "random":
        from .random import RandomProvider

        return RandomProvider()
    if name == "docker":
        from .docker import DockerProvider

        return DockerProvider()
    from .cloud import CloudProvider

    ledger = Ledger(STATE_DIRECTORY / "clouds" / name)
    if name == "aws":
        from sandbox import aws_account

        from .aws.answers import AWS
        from .aws.provider import AwsProvider

        return AwsProvider(aws_account.endpoint, ledger) if lending.possible() else CloudProvider(AWS, ledger)
    from .digitalocean.answers import DIGITALOCEAN

    return CloudProvider(DIGITALOCEAN, ledger, lends=lending.possible())


def main() -> None:
    """Serve until nobody holds our standard input any more."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.providers", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    server, port = serve(provider(parser.parse_args().name))
    print(port, flush=True)
    if sys.stdin.isatty():
        threading.Event().wait()
    sys.stdin.buffer.read()
    server.stop(grace=None).wait()


if __name__ == "__main__":
    main()
