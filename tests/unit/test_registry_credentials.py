"""RegistryCredentials: what the cluster pulls private images with."""

import base64
import json

from tests.unit.conftest import Deploy
from tests.unit.recording import HIDDEN
from tests.unit.samples import make


def test_the_secret_is_what_docker_login_would_have_written(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RegistryCredentials", namespace="shop"))
    secret = deployed.the("Secret")
    assert secret.inputs["type"] == "kubernetes.io/dockerconfigjson"
    assert secret.at("metadata.namespace") == "shop"
    assert json.loads(secret.inputs["stringData"][".dockerconfigjson"]) == {
        "auths": {
            "registry.example.com": {
                "username": "robot",
                "password": "hunter2-pass",
                "auth": base64.b64encode(b"robot:hunter2-pass").decode(),
            }
        }
    }
    assert secret.visible["stringData"] == HIDDEN


def test_a_new_password_makes_a_new_secret_and_rolls_what_uses_it(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RegistryCredentials"))
    assert "name" not in deployed.the("Secret").inputs["metadata"], "pods would go on with the old password until they restart"
    assert deployed.result == deployed.the("RegistryCredentials").outputs == {"secret_name": "shop-1a2b3c"}
