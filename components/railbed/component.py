"""What all components have in common."""

from collections.abc import Mapping
from typing import Any, Generic, Self, TypeVar, cast

import pulumi

from railbed.validation.arguments import Arguments
from railbed.validation.checks import checked

ModelT = TypeVar("ModelT", bound=Arguments)


class Component(pulumi.ComponentResource, Generic[ModelT]):
    """Base of every component: its arguments are checked before it is registered, once.

    Whoever has checked them already passes the model; it is taken as it is.
    """

    _arguments: ModelT

    def __init__(
        self, name: str, args: Mapping[str, Any] | ModelT, model: type[ModelT], opts: pulumi.ResourceOptions | None
    ) -> None:
        kind = self._own_class().__name__
        self._arguments = checked(model, args, f"{kind} '{name}'")
        super().__init__(f"railbed:index:{kind}", name, {}, opts)

    @classmethod
    def from_model(cls, name: str, model: ModelT, opts: pulumi.ResourceOptions | None = None) -> Self:
        """A component whose arguments have been checked."""
        made: Self = cast("Any", cls)(name, model, opts)
        return made

    def _register_outputs(self) -> None:
        """Register everything that the component annotates, at the end of its constructor."""
        self.register_outputs({output: getattr(self, output) for output in self._own_class().__annotations__})

    @classmethod
    def _own_class(cls) -> type:
        """The component of railbed's, whose name is its token: a user may have derived a class from it."""
        return next(base for base in cls.__mro__ if base.__module__.startswith("railbed."))
