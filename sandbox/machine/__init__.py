"""One machine with Docker: a real engine in namespaces of its own, whose ports answer on this machine's loopback address."""

from sandbox.machine.engine import SOCKET, client, docker_environment, down, require, running, up, version

__all__ = ["SOCKET", "client", "docker_environment", "down", "require", "running", "up", "version"]
