"""What the node runs, and with which configuration: the files in configuration/ with their names filled in."""

import hashlib
import json
import shutil
from pathlib import Path
from string import Template

from sandbox.builds import go_build
from sandbox.cluster import control_groups, layout, pause, registry, supervisor
from sandbox.cluster.layout import DIRECTORY, INSIDE

KUBERNETES_VERSION = "v1.34.4"
"""The last minor version that runs on control groups of version 1, too."""
PACKAGES = (
    *("busybox-static", "conntrack", "containerd", "containernetworking-plugins", "etcd-server"),
    *("apache2-utils", "docker-registry"),
    *("iproute2", "iptables", "mount", "openssl", "runc", "util-linux"),
)
_ENGINE = "docker.io"
CONFIGURATION = DIRECTORY / "configuration"
_BINARIES = DIRECTORY / "bin"


def binaries() -> Path:
    """The folder with kubectl and the node's other programs, once the cluster has been up."""
    return _BINARIES


def packages() -> list[str]:
    """What is needed of Debian; a Docker engine that is there already, of whatever origin, is not put out by Debian's."""
    return [*PACKAGES, *([] if shutil.which("dockerd") else [_ENGINE])]


def build() -> None:
    """Build the programs that are missing."""
    stamped = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    versions = " ".join(f"-X {package}.gitVersion={KUBERNETES_VERSION}" for package in stamped)
    kubernetes = go_build("kubernetes", ".", "kubernetes", f"-s -w {versions}")
    coredns = go_build("coredns", "github.com/coredns/coredns", "coredns", "-s -w")
    _BINARIES.mkdir(parents=True, exist_ok=True)
    for name, program in {"kubectl": kubernetes, "kubernetes": kubernetes, "coredns": coredns}.items():
        link = _BINARIES / name
        if not link.is_symlink() or link.readlink() != program:
            link.unlink(missing_ok=True)
            link.symlink_to(program)


def files() -> dict[str, str]:
    """The plan and the configuration files that it names, by their names in CONFIGURATION."""
    names = {
        "certificates": INSIDE / "certificates",
        "configuration": INSIDE / "configuration",
        "control_groups": json.dumps([str(root / layout.NAME / "daemons") for root in control_groups.roots()]),
        "credentials_of_the_node": registry.credentials_of_the_node(),
        "dns_address": layout.DNS_ADDRESS,
        "host_address": layout.HOST_ADDRESS,
        "inside": INSIDE,
        "load_balancer_network": layout.LOAD_BALANCER_NETWORK,
        "name": layout.NAME,
        "node_address": layout.NODE_ADDRESS,
        "node_name": layout.NODE_NAME,
        "pause_image": pause.IMAGE,
        "registry_names": " ".join(layout.REGISTRY_NAMES),
        "pod_network": layout.POD_NETWORK,
        "service_network": layout.SERVICE_NETWORK,
    }
    templates = sorted((Path(__file__).parent / "configuration").iterdir())
    return {template.name: Template(template.read_text()).substitute(names) for template in templates}


def fingerprint() -> str:
    """Changes when the node that runs is not the one that would be started now."""
    programs = [str(program.resolve()) for program in sorted(_BINARIES.iterdir())]
    read = [(DIRECTORY / "certificates" / "ca.crt").read_text(), Path(supervisor.__file__).read_text()]
    return hashlib.sha256("\0".join([*files().values(), *programs, *read]).encode()).hexdigest()[:16]
