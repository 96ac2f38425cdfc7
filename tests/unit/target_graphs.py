"""Draws what a stack registers as a graph of components, in Mermaid."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.unit.recording import Deployment, Recorded

OPENED = ("KubernetesApp", "EcsApp", "DockerApp")
"""Components that are drawn as a frame around their children. All others are one node with all that they make."""

Edges = dict[str, set[str]]
"""What each node depends on."""


def graph_of(deployment: Deployment) -> str:
    """A flowchart: an arrow leads from a component to what takes a value from it, or waits for it.

    An arrow that follows from others is left out, and equal nodes, such as two groups of workers, are one.
    """
    graph = _Graph({each.urn: each for each in deployment.resources if not _is_provider_of_program(each)})
    nodes = graph.ordered()
    lines = ["flowchart LR", *(f"    {graph.box(node)}" for node in nodes if not graph.frame(node))]
    for frame in sorted({graph.frame(node) for node in nodes} - {""}):
        lines.append(f'    subgraph app["{graph.title(frame)}"]')
        lines += [f"        {graph.box(node)}" for node in nodes if graph.frame(node) == frame]
        lines.append("    end")
    edges = _without_derived(graph.edges())
    lines += [
        f"    {graph.identity(source)} --> {graph.identity(node)}"
        for node in nodes
        for source in nodes
        if source in edges[node]
    ]
    return "\n".join(lines) + "\n"


@dataclass
class _Graph:
    """Nodes by the URN of one of their resources."""

    resources: dict[str, Recorded]

    def __post_init__(self) -> None:
        self._node_of = {urn: self._outermost(urn) for urn, each in self.resources.items() if not _is_opened(each)}
        edges, same = self.edges(), dict[object, str]()
        first = {}
        for node in sorted(set(self._node_of.values())):
            dependents = frozenset(other for other, sources in edges.items() if node in sources)
            first[node] = same.setdefault((self._kinds(node), self.frame(node), frozenset(edges[node]), dependents), node)
        self._node_of = {urn: first[node] for urn, node in self._node_of.items()}

    def edges(self) -> Edges:
        """What each node takes values from or waits for."""
        edges: Edges = defaultdict(set)
        for urn, node in self._node_of.items():
            found = {self._node_of[each] for each in _sources(self.resources[urn]) if each in self._node_of}
            edges[node] |= found - {node}
        return edges

    def ordered(self) -> list[str]:
        """All nodes, each after what it depends on."""
        edges, depths = self.edges(), dict[str, int]()

        def depth(node: str) -> int:
            if node not in depths:
                depths[node] = max((depth(source) + 1 for source in edges[node]), default=0)
            return depths[node]

        return sorted(edges, key=lambda node: (depth(node), node))

    def frame(self, node: str) -> str:
        """The opened component around a node; "" is none."""
        parent: str = self.resources[node].request.parent
        return parent if parent in self.resources else ""

    def title(self, urn: str) -> str:
        return f"{_kind(self.resources[urn])} {self.resources[urn].name}"

    def identity(self, node: str) -> str:
        return re.sub(r"\W", "_", self.title(node))

    def box(self, node: str) -> str:
        kinds, names = ", ".join(self._kinds(node)), sorted({each.name for each in self._outer(node)})
        label = "<br/>".join([f"<b>{kinds}</b>", *names])
        return f'{self.identity(node)}["{label}"]'

    def _outermost(self, urn: str) -> str:
        """The outermost component around a resource; of resources of one name that are in none, the first."""
        resource = self.resources[urn]
        parent = resource.request.parent
        if parent in self.resources and not _is_opened(self.resources[parent]):
            return self._outermost(parent)
        if resource.type.startswith("railbed:"):
            return urn
        return min(urn for urn, each in self.resources.items() if _is_beside(each, resource))

    def _outer(self, node: str) -> list[Recorded]:
        """The resources of a node that no component of it has made."""
        members = (urn for urn, found in self._node_of.items() if found == node)
        return [self.resources[urn] for urn in members if self.frame(urn) == self.frame(node)]

    def _kinds(self, node: str) -> tuple[str, ...]:
        return tuple(sorted({_kind(each) for each in self._outer(node)}))


def _is_provider_of_program(resource: Recorded) -> bool:
    return resource.type.startswith("pulumi:providers:") and not resource.parent


def _is_opened(resource: Recorded) -> bool:
    return _kind(resource) in OPENED


def _is_beside(one: Recorded, other: Recorded) -> bool:
    """Whether both are resources of a provider with the same name, at the same place: a Secret and its SecretVersion."""
    return not one.type.startswith("railbed:") and (one.name, one.request.parent) == (other.name, other.request.parent)


def _kind(resource: Recorded) -> str:
    return resource.type.rsplit(":", 1)[-1]


def _sources(resource: Recorded) -> Iterator[str]:
    """URNs of all that a resource waits for: what it is told to, where its inputs come from, and its provider."""
    yield from resource.request.dependencies
    for found in resource.request.propertyDependencies.values():
        yield from found.urns
    yield resource.request.provider.rpartition("::")[0]


def _without_derived(edges: Edges) -> Edges:
    """Without the edges that follow from others."""

    def reached(node: str) -> set[str]:
        return {further for source in edges[node] for further in {source} | reached(source)}

    return {
        node: {each for each in found if not any(each in reached(other) for other in found)} for node, found in edges.items()
    }
