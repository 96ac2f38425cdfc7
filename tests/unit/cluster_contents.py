"""A cluster whose objects a test chooses, as a stack reads it before it changes anything."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from railbed.kubernetes.api.ownership import FoundObject, ObjectName, Owner

OURS = Owner("railbed", "test")
"""The stack that unit tests deploy."""


@dataclass
class ClusterContents:
    """Answers as `railbed.kubernetes.api.objects.ClusterObjects` does."""

    objects: list[FoundObject] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    """Those that the last `up` of the stack left."""
    error: Exception | None = None
    """What every call raises."""

    def put(self, kind: str, name: str, owner: Owner | None, namespace: str = "shop-test") -> None:
        """Put an object there; a Namespace is in none."""
        labels = owner.labels if owner else {}
        self.objects.append(FoundObject(ObjectName(kind, name), namespace, owner, labels))

    address: str = "https://192.0.2.1:6443"

    def identity(self) -> str | None:
        self._fail()
        return "uid-of-kube-system"

    def namespace(self, name: str) -> FoundObject | None:
        self._fail()
        return next((each for each in self.objects if each.identity == ObjectName("Namespace", name)), None)

    def present(self, namespace: str, names: Iterable[ObjectName]) -> list[FoundObject]:
        self._fail()
        wanted = set(names)
        return [each for each in self.objects if each.namespace == namespace and each.identity in wanted]

    def _fail(self) -> None:
        if self.error:
            raise self.error
