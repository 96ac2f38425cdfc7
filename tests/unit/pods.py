"""Pods, Jobs and events as a cluster tells of them."""

from typing import Any

from kubernetes import client

Json = dict[str, Any]


def read(kind: str, content: Json) -> Any:
    """An object of the official client from the API's JSON."""
    api: Any = client.ApiClient()
    return api._ApiClient__deserialize(content, kind)


def pod(component: str = "web", **status: Any) -> Any:
    """A pod of one of railbed's components with a status."""
    main = {
        "name": "main",
        "image": "registry.example.com/shop:1",
        "args": ["bin/rails", "server"],
        "ports": [{"containerPort": 3000}],
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"cpu": "2", "memory": "128Mi"}},
        "volumeMounts": [{"name": "writable", "mountPath": path} for path in ("/tmp", "/rails/log", "/rails/tmp")],
        "startupProbe": {
            "httpGet": {"path": "/up", "port": "http", "httpHeaders": [{"name": "Host", "value": "shop.example.com"}]},
            "periodSeconds": 2,
            "failureThreshold": 90,
        },
    }
    labels = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": component}
    return read(
        "V1Pod",
        {
            "metadata": {"name": "shop-1", "labels": labels, "uid": "1"},
            "spec": {
                "initContainers": [{"name": "folders", "image": main["image"]}],
                "containers": [main],
                "securityContext": {"runAsUser": 1000},
            },
            "status": {"phase": "Running", **status},
        },
    )


def main(**state: Any) -> Json:
    """The status of the main container, which is in this state."""
    return {"containerStatuses": [status("main", **state)]}


def folders(**state: Any) -> Json:
    """The status of the container that prepares the folders, which is in this state."""
    return {"initContainerStatuses": [status("folders", **state)]}


def status(name: str, **state: Any) -> Json:
    """The status of a container."""
    common = {"name": name, "image": "registry.example.com/shop:1", "imageID": "", "ready": False, "restartCount": 1}
    return common | {"state": state}


def terminated(reason: str, exit_code: int, message: str = "") -> Json:
    """The state of a container that has ended."""
    return {"terminated": {"reason": reason, "exitCode": exit_code, "message": message}}


def waiting(reason: str, message: str = "") -> Json:
    """The state of a container that waits."""
    return {"waiting": {"reason": reason, "message": message}}


def crash_looping(reason: str, exit_code: int, message: str = "") -> Json:
    """The status of a main container that crashed and waits for its next try."""
    status_now = status("main", **waiting("CrashLoopBackOff", "back-off 10s restarting failed container"))
    return {"containerStatuses": [status_now | {"lastState": terminated(reason, exit_code, message)}]}


def condition(kind: str, value: str, reason: str, message: str = "") -> Json:
    """The conditions of a pod, with this one."""
    return {"conditions": [{"type": kind, "status": value, "reason": reason, "message": message}]}


def event(reason: str, message: str) -> Any:
    """An event of a pod."""
    return read("CoreV1Event", {"metadata": {"name": "e"}, "involvedObject": {}, "reason": reason, "message": message})
