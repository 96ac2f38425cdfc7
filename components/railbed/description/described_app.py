"""What every component that deploys a whole application from its description has in common."""

import pulumi

from railbed.description.app import App
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import InputImage


class DescribedApp(Arguments):
    """An application and its image."""

    app: App
    """The application's description."""
    image: InputImage | None = None
    """Container image instead of the description's."""

    @rule
    def _has_an_image(self) -> None:
        if self.image is None and self.app.image.ref is None:
            raise ValueError(
                "app.image.build is built by a RailsImage: give `image` its ref, or specify app.image.ref, an image that exists"
            )

    @property
    def whole_image(self) -> pulumi.Input[str]:
        """The image, wherever it was given."""
        return self.app.image.ref or "" if self.image is None else self.image
