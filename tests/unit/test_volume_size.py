"""Which size of a volume is asked for after a growth that found no room."""

from typing import Any

import pytest

from railbed.kubernetes.api.access import Observation
from railbed.kubernetes.pod_settings import PodSettings
from railbed.kubernetes.stores.volume_size import VolumeSize
from railbed.kubernetes.watching.log_reasons import reason_in_log
from railbed.watching.log_text import Redaction
from tests.unit.pods import pod, read

GIBIBYTE = 1024**3
COMPONENT: Any = None


class Access:
    """A cluster whose claim asks for a size and has one."""

    TIMEOUT_SECONDS = 1
    apps: Any = None

    def __init__(self, asked: str, has: str | None) -> None:
        status = {"phase": "Bound", "capacity": {"storage": has}} if has else {"phase": "Pending"}
        spec = {"resources": {"requests": {"storage": asked}}}
        self._claim = read("V1PersistentVolumeClaim", {"metadata": {"name": "c"}, "spec": spec, "status": status})

    @property
    def core(self) -> Any:
        return self

    def read_namespaced_persistent_volume_claim(self, *_: Any, **__: Any) -> Any:
        return self._claim


@pytest.mark.parametrize(
    ("storage", "asked", "has", "expected"),
    [
        ("1Gi", "1Gi", "1Gi", "1Gi"),
        ("2Gi", "1Gi", "1Gi", "2Gi"),
        ("1Gi", "100Gi", "1Gi", str(GIBIBYTE + 1)),
        ("1Gi", str(GIBIBYTE + 1), "1Gi", str(GIBIBYTE + 1)),
        ("1Gi", str(GIBIBYTE + 1), "2Gi", str(GIBIBYTE + 1)),
        ("3Gi", str(GIBIBYTE + 1), "1Gi", "3Gi"),
        ("2Gi", "100Gi", "1Gi", "2Gi"),
        ("512Mi", "1Gi", "1Gi", "512Mi"),
        ("1Gi", "1Gi", None, "1Gi"),
    ],
)
def test_a_size_that_is_set_back_is_one_that_kubernetes_takes(
    storage: str, asked: str, has: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi.log.warn", lambda *_: None)
    size = VolumeSize(COMPONENT, Observation(lambda: COMPONENT, Redaction()), "c", storage, "database.storage")
    access: Any = Access(asked, has)
    assert size.request(access, "default") == expected


def test_a_full_volume_names_the_setting_and_its_value() -> None:
    told = reason_in_log(PodSettings(pod("cache"), {"storage": "1Gi"}), "redis", "write: No space left on device")
    assert told == "The volume is full: raise redis.storage (1Gi)."
