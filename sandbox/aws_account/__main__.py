"""`python -m sandbox.aws_account ADDRESS PORT KUBECONFIG` serves the account until it is ended with the node."""

import argparse
import logging
from pathlib import Path
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

from .ecs import Engine
from .kubernetes import Kubernetes


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.aws_account", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("kubeconfig", type=Path)
    chosen = parser.parse_args()

    def client(service: str, region: str) -> Any:
        return boto3.Session().client(
            service,
            region_name=region,
            endpoint_url=f"http://{chosen.address}:{chosen.port}",
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",  # noqa: S106 - moto takes any
        )

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    Engine.install(Kubernetes(chosen.kubeconfig), client)
    application = DomainDispatcherApplication(create_backend_app)
    run_simple(chosen.address, chosen.port, application, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()
