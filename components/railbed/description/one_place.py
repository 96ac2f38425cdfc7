"""Names that are set in more than one place, of which only one value could count."""

from collections.abc import Iterable, Iterator, Mapping


def problems_of_places(places: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """A problem for each name that is set in more than one place."""
    for name in sorted({name for names in places.values() for name in names}):
        found = [place for place, names in places.items() if name in names]
        if len(found) > 1:
            yield f"{name} is in both {' and '.join(found)}: remove it from one of them"
