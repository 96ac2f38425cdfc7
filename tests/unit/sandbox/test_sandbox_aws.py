"""The `aws` of the sandbox's environment."""

import base64
import json
import subprocess
from pathlib import Path

from sandbox.environment import _PROGRAMS

AWS = str(_PROGRAMS / "aws")


def test_a_token_of_eks_is_the_sandboxs_certificate(tmp_path: Path) -> None:
    user = {key: base64.b64encode(key.encode()).decode() for key in ("client-certificate-data", "client-key-data")}
    (tmp_path / "kubeconfig").write_text(json.dumps({"users": [{"name": "admin", "user": user}]}))
    asked = [AWS, "eks", "get-token", "--cluster-name", "shop", "--region", "eu-central-1", "--output", "json"]
    done = subprocess.run(
        asked, env={"PATH": "/usr/bin:/bin", "KUBECONFIG": str(tmp_path / "kubeconfig")}, capture_output=True, check=False
    )
    answer = json.loads(done.stdout)
    assert answer["kind"] == "ExecCredential"
    assert answer["status"] == {
        "clientCertificateData": "client-certificate-data",
        "clientKeyData": "client-key-data",
    }


def test_anything_else_is_refused() -> None:
    done = subprocess.run([AWS, "s3", "ls"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "no AWS in the sandbox" in done.stderr
