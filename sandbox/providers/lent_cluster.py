"""The sandbox's own cluster, in the words in which clouds tell how a cluster is reached."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox import cluster


@dataclass(frozen=True)
class LentCluster:
    """How the sandbox's cluster is reached. Everything but the server's URL is in Base64."""

    kubeconfig: str
    server: str
    authority: str
    certificate: str
    key: str


def lent_cluster() -> LentCluster:
    """The sandbox's cluster."""
    text = cluster.kubeconfig().read_text()
    content: Any = json.loads(text)
    (of_cluster,), (of_user,) = content["clusters"], content["users"]
    return LentCluster(
        kubeconfig=text,
        server=of_cluster["cluster"]["server"],
        authority=of_cluster["cluster"]["certificate-authority-data"],
        certificate=of_user["user"]["client-certificate-data"],
        key=of_user["user"]["client-key-data"],
    )
