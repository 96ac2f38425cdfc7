"""The components as a Pulumi plugin, for programs in other languages."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.provider.experimental.analyzer import PropertyDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.util import camel_case
from pulumi.provider.server import ComponentInitError

import railbed
from railbed.validation.checks import InvalidArguments


class Components(ComponentProvider):
    """Makes components, and tells wrong arguments by the names that their caller knows: `healthPath`, not `health_path`."""

    def __init__(self) -> None:
        components = [getattr(railbed, name) for name in railbed.COMPONENTS]
        super().__init__(components, "railbed", "railbed", railbed.__version__)

    def construct(self, name: str, resource_type: str, inputs: Any, options: Any = None) -> Any:
        """Make a component. Raises `InputPropertiesError` with every argument that is wrong."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if not isinstance(error.inner, InvalidArguments):
                raise
            raise InputPropertiesError(error.inner.subject, self._details(error.inner.problems)) from None

    def map_input_properties(
        self, inputs: Any, properties: Any, mapping: Any, component_name: str, property_path: str
    ) -> pulumi.Inputs:
        """Inputs by their names in Python. Raises `InputPropertiesError` for those that Pulumi would leave out."""
        given = {name: value for name, value in inputs.items() if value is not None} if isinstance(inputs, Mapping) else {}
        known = ", ".join(sorted(properties))
        wrong = dict.fromkeys(sorted(set(given) - set(properties)), f"is not known here. Known are: {known}.")
        wrong |= {
            name: "should be a mapping."
            for name, value in given.items()
            if name in properties and self._lacks_fields(properties[name], value)
        }
        if wrong:
            place = f"{property_path}." if property_path else ""
            details: list[InputPropertyErrorDetails] = [
                {"property_path": f"{place}{name}", "reason": reason} for name, reason in wrong.items()
            ]
            raise InputPropertiesError(component_name, details)
        return super().map_input_properties(inputs, properties, mapping, component_name, property_path)

    def _lacks_fields(self, declared: PropertyDefinition, given: Any) -> bool:
        """Whether a value that Pulumi would take for an empty mapping is none."""
        kind = self.get_type_definition(declared) if declared.ref else None
        return kind is not None and not kind.enum and not isinstance(given, Mapping)

    def _details(self, problems: Iterable[str]) -> list[InputPropertyErrorDetails]:
        names = {python for definition in self._definitions() for python in definition if "_" in python}
        known = re.compile(rf"\b({'|'.join(sorted(names, key=len, reverse=True))})\b")
        found: list[InputPropertyErrorDetails] = []
        for problem in problems:
            told = known.sub(lambda match: camel_case(match[0]), problem)
            path, separator, reason = told.partition(": ")
            is_path = bool(separator) and re.fullmatch(r"[\w.\[\]-]+", path) is not None
            found.append({"property_path": path if is_path else "", "reason": reason if is_path else told})
        return found

    def _definitions(self) -> Iterable[Iterable[str]]:
        yield from (component.inputs_mapping.values() for component in self._component_defs.values())
        yield from (kind.properties_mapping.values() for kind in self._type_defs.values())
