"""What the APIs of the clouds object to in what was registered."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.judges.api_requests import Made, Request, ShapeOf, Target, requests_of
from tests.judges.finding import Finding
from tests.judges.registered import Registered
from tests.judges.shapes import Objection, objections

Input = tuple[str, str]
"""A kind and the path of an input."""


@dataclass(frozen=True)
class Api:
    """The API of a cloud, and how the provider uses it."""

    package: str
    """Of Pulumi: aws, digitalocean."""
    shape_of: ShapeOf
    made_by: Callable[[Registered], Made | None]
    """How a resource is made; None if that is not known."""
    unmade: Mapping[str, str]
    """Kinds that no operation makes, with the reason."""
    everywhere: Mapping[str, Target]
    within: Callable[[Registered], Iterator[Request]] = lambda _: iter(())
    """Requests that a resource holds itself."""
    told: Callable[[Request], Iterator[Objection]] = lambda _: iter(())
    """What the API tells of its members in words only."""


@dataclass
class Judgement:
    """What was found, and what became of the inputs that were looked at."""

    findings: list[Finding] = field(default_factory=list)
    judged: set[Input] = field(default_factory=set)
    left: set[Input] = field(default_factory=set)
    unknown: set[Input] = field(default_factory=set)
    used: set[Input] = field(default_factory=set)
    """Entries of the table of operations that were of use."""
    kinds: set[str] = field(default_factory=set)
    """Kinds that no operation is known for."""

    @property
    def share(self) -> float:
        """What part of the inputs, by kind and path, is held against a member of a request."""
        return len(self.judged) / len(self.judged | self.left | self.unknown)

    def assert_no_input_escapes(self, least_share: float) -> None:
        """Fail where the judge does not know what becomes of an input, or leaves more of them out than it may."""
        assert self.kinds == set(), f"the judge does not know with which operation the provider makes these: {self.kinds}"
        assert self.unknown == set(), f"the judge does not know to which member of a request these go: {self.unknown}"
        assert self.share >= least_share, f"left out are {sorted(self.left)}"


def judge(resources: Iterable[Registered], api: Api) -> Judgement:
    """Hold all resources of a cloud among these against its API."""
    found = Judgement()
    for each in resources:
        if not each.type.startswith(f"{api.package}:") or each.kind in api.unmade:
            continue
        made = api.made_by(each)
        if made is None:
            found.kinds.add(each.kind)
        else:
            _judge(each, made, api, found)
    return found


def _judge(resource: Registered, made: Made, api: Api, found: Judgement) -> None:
    translated = requests_of(resource, made, api.everywhere, api.shape_of)
    for of_all, of_one in (
        (found.judged, translated.judged),
        (found.left, translated.left),
        (found.unknown, translated.unknown),
        (found.used, translated.used),
    ):
        of_all.update((resource.kind, path) for path in of_one)
    for request in (*translated.requests, *api.within(resource)):
        shape = api.shape_of(request.service, request.operation)
        for objection in (*objections(shape, request.parameters), *api.told(request)):
            if objection.rule == "required" and (not request.complete or made.adds(objection.where, resource)):
                continue
            text = f"{request.operation} {objection.where}: {objection.text}"
            found.findings.append(Finding(f"{objection.rule} {objection.where}", str(resource), resource.stack, text))
