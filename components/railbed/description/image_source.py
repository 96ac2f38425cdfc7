"""Where the container image of an application comes from: it exists, or it is built."""

from typing import Annotated, Any

from pydantic import AfterValidator

from railbed.enums import ImagePlatform
from railbed.image.reference import check_path
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import EnvironmentName, Image


def _repository(value: str) -> str:
    if "@" in value or ":" in value:
        raise ValueError("leave out registry, tag and digest: name the repository only, such as shop or acme/shop")
    check_path(value)
    return value


class ImageSource(Arguments):
    """Where the application's container image comes from: `ref` or `build`."""

    ref: Image | None = None
    """An image that exists: registry.example.com/shop:1f3c2ab, or with @sha256:..."""
    build: str | None = None
    """The application's folder, such as ../shop, seen from that of Pulumi.yaml: the image is built from it and pushed."""
    repository: Annotated[str, AfterValidator(_repository)] | None = None
    """Name that the image has in the registry. Default: the application's name."""
    dockerfile: str | None = None
    """Dockerfile, seen from the application's folder. Default: its Dockerfile, or without one, one that railbed writes."""
    base_image: Image | None = None
    """Image that a Dockerfile of railbed's starts from. Default: Docker's official one of the application's Ruby version."""
    build_args: dict[EnvironmentName, str] = {}
    """Build arguments; nothing secret, as they can be read in the image. Default: none."""
    target: str | None = None
    """Stage of the Dockerfile to build. Default: the last."""
    platform: ImagePlatform = ImagePlatform.AMD64
    """linux/amd64 or linux/arm64. Default linux/amd64."""
    follow_base: bool = False
    """Whether a newer image under the name in FROM, as one with security updates, rebuilds the image without a commit.
    Default false: the next commit takes it."""
    cache: bool = True
    """Whether layers of images of the last commits are taken from the registry instead of built. Default true."""

    @rule
    def _one_source(self) -> None:
        if self.ref is None and self.build is None:
            raise ValueError(
                "image has neither ref nor build: give ref, an image that exists, or build, the application's folder"
            )
        if self.ref is not None and (others := sorted(self.model_fields_set - {"ref"})):
            raise ValueError(
                f"image has ref and {', '.join(others)}: an image that exists is not built, so remove "
                f"{' and '.join(others)}, or ref"
            )

    def build_settings(self) -> dict[str, Any]:
        """The arguments of RailsImage that this description has."""
        return self.model_dump(exclude={"ref", "repository"}, exclude_unset=True)
