"""The cluster's certificates, valid for a year and made anew in the month before they end."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.cluster.layout import (
    API_SERVER,
    API_SERVICE_ADDRESS,
    DIRECTORY,
    NODE_ADDRESS,
    NODE_NAME,
    REGISTRY_NAMES,
)
from sandbox.progress import StepFailed

_FOLDER = DIRECTORY / "certificates"
_RENEWED_BEFORE = 30 * 86400
_SERVER_NAMES = {
    "apiserver": f"DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:{NODE_ADDRESS},"
    f"IP:{API_SERVICE_ADDRESS}",
    "kubelet": f"DNS:{NODE_NAME},IP:{NODE_ADDRESS}",
    "registry": ",".join([*(f"DNS:{name}" for name in REGISTRY_NAMES), f"IP:{NODE_ADDRESS}"]),
}
_SUBJECTS = {
    "apiserver": "/CN=kube-apiserver",
    "admin": "/O=system:masters/CN=admin",
    "controller-manager": "/CN=system:kube-controller-manager",
    "scheduler": "/CN=system:kube-scheduler",
    "kubelet": f"/O=system:nodes/CN=system:node:{NODE_NAME}",
    "proxy": "/CN=system:kube-proxy",
    "registry": "/CN=registry",
}
_NOT_OF_KUBERNETES = {"registry"}


def issue() -> None:
    """Make every certificate and kubeconfig that is missing or ends soon."""
    if _good(_FOLDER / "ca.crt") and all((_FOLDER / f"{name}.crt").exists() for name in _SUBJECTS):
        return
    _FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in [*_FOLDER.glob("*.kubeconfig"), *_FOLDER.glob("*.crt")]:
        old.unlink()
    key = _FOLDER / "service-accounts.key"
    if not key.exists():  # tokens that pods hold stay valid over a renewal
        _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key))
    _certificate("ca", "/CN=railbed-sandbox", "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign")
    for name, subject in _SUBJECTS.items():
        extensions = ["basicConstraints=CA:FALSE", "extendedKeyUsage=clientAuth,serverAuth"]
        if name in _SERVER_NAMES:
            extensions.append(f"subjectAltName={_SERVER_NAMES[name]}")
        _certificate(name, subject, *extensions)
        if name not in _NOT_OF_KUBERNETES:
            _write_kubeconfig(name)


def for_address(address: str) -> tuple[str, str]:
    """Certificate and key of a server at an address, signed as the cluster's own are."""
    with TemporaryDirectory() as folder:
        server = ["basicConstraints=CA:FALSE", "extendedKeyUsage=serverAuth", f"subjectAltName=IP:{address}"]
        _certificate("server", f"/CN={address}", *server, folder=Path(folder))
        return (Path(folder) / "server.crt").read_text(), (Path(folder) / "server.key").read_text()


def authority() -> Path:
    """The certificate that all others are signed with."""
    return _FOLDER / "ca.crt"


def file_of_authority() -> str:
    """The name under which OpenSSL finds the authority's certificate in a folder of trusted ones."""
    return f"{_openssl('x509', '-in', str(authority()), '-noout', '-subject_hash').strip()}.0"


def _good(certificate: Path) -> bool:
    command = ["openssl", "x509", "-in", str(certificate), "-noout", "-checkend", str(_RENEWED_BEFORE)]
    return certificate.exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0


def _certificate(name: str, subject: str, *extensions: str, folder: Path | None = None) -> None:
    signed_by = [] if name == "ca" else ["-CA", str(_FOLDER / "ca.crt"), "-CAkey", str(_FOLDER / "ca.key")]
    extended = [option for extension in extensions for option in ("-addext", extension)]
    target = folder or _FOLDER
    files = ["-keyout", str(target / f"{name}.key"), "-out", str(target / f"{name}.crt")]
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
    # An empty configuration, as extensions of the machine's own would come on top of ours.
    _openssl("req", "-x509", "-config", "/dev/stdin", *new_key, "-days", "365", "-subj", subject, *signed_by, *extended, *files)


def _openssl(*arguments: str) -> str:
    if not shutil.which("openssl"):
        raise StepFailed("There is no openssl to make the cluster's certificates with.", "Install openssl.")
    configuration = "[req]\ndistinguished_name = none\n[none]\n"
    made = subprocess.run(["openssl", *arguments], input=configuration, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise StepFailed(
            f"openssl could not make a certificate of the cluster:\n{made.stderr}", "openssl 3 is needed: openssl version"
        )
    return made.stdout


def _write_kubeconfig(name: str) -> None:
    def embedded(file: str) -> str:
        return base64.b64encode((_FOLDER / file).read_bytes()).decode()

    cluster = {"server": API_SERVER, "certificate-authority-data": embedded("ca.crt")}
    user = {"client-certificate-data": embedded(f"{name}.crt"), "client-key-data": embedded(f"{name}.key")}
    both = "railbed-sandbox"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": both, "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": both, "context": {"cluster": both, "user": name}}],
        "current-context": both,
    }
    kubeconfig = _FOLDER / f"{name}.kubeconfig"
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(json.dumps(content, indent=2))  # which is YAML, too
