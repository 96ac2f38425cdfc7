"""RailsImage: the application's container image, built with Docker and pushed to its registry."""

import os
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pulumi
from pulumi_docker import Image

from railbed.args import RailsImageArgs
from railbed.component import Component
from railbed.image.build_context import GENERATED
from railbed.image.rails_image_arguments import RailsImageModel, Recipe, end_of_tag
from railbed.validation.overrides import overridden

NEWEST = "docker:index/getRegistryImage:getRegistryImage"
"""Asked for by name: the SDK's own function cannot fail with a sentence."""


class RailsImage(Component[RailsImageModel]):
    """A container image of a Rails application: built from its folder, tagged by its commit, pushed, and known by its digest.

    A preview builds and pushes nothing; it shows the tag. Nothing is built while neither the folder's content nor an
    argument changes. Destroying it leaves the image in the registry.

    Raises `InvalidArguments` before anything is registered.
    """

    ref: pulumi.Output[str]
    """The image by its digest, which no other push can change: registry.example.com/shop@sha256:... Known once it is pushed.
    If `push` is false, its ID in the engine: sha256:..."""
    digest: pulumi.Output[str]
    """The digest or ID alone."""
    tag: pulumi.Output[str]
    """The tag: 12 digits of the commit; with -dirty- and a hash where the folder has what is not committed; a hash alone
    outside git; with 6 more digits where arguments decide what is built, and 6 for base images that are followed. Known in
    previews."""
    tagged_ref: pulumi.Output[str]
    """The image by its tag. Known in previews."""

    def __init__(self, name: str, args: RailsImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, RailsImageModel, opts)
        wanted = self._arguments
        recipe = wanted.recipe()

        bases = {argument: self._newest(name, base) for argument, base in recipe.bases.items()}
        image = self._image(name, wanted, recipe, bases)

        self.tag = pulumi.Output.concat(recipe.tag, _of_bases(bases))
        self.tagged_ref = image.image_name
        self.ref = image.repo_digest
        self.digest = self.ref.apply(lambda ref: ref.rpartition("@")[2])
        self._register_outputs()

    def _newest(self, name: str, image: str) -> pulumi.Output[str]:
        """A base image by the digest that its registry has for it now."""
        found: pulumi.Input[str] = self._asked(name, image)
        return pulumi.Output.from_input(found)

    async def _asked(self, name: str, image: str) -> str:
        opts = pulumi.InvokeOptions(parent=self, version=metadata.version("pulumi_docker"))
        try:
            found = await pulumi.runtime.invoke_async(NEWEST, {"name": image}, opts)
        except Exception as error:  # (pulumi raises nothing narrower)
            raise pulumi.RunError(
                f"RailsImage '{name}': follow_base: the registry does not tell which {image} is the newest: {error}\n"
                "Run `docker login` if it wants credentials, or set follow_base to false."
            ) from None
        return f"{image}@{found['sha256Digest']}"

    def _image(self, name: str, wanted: RailsImageModel, recipe: Recipe, bases: Mapping[str, pulumi.Output[str]]) -> Image:
        repository = pulumi.Output.from_input(wanted.repository)
        build: dict[str, Any] = {
            "context": wanted.build,
            "dockerfile": str(_written(name, recipe)),
            "platform": wanted.platform.value,
            # Makes the image itself a source of layers for the next builds.
            "args": {"BUILDKIT_INLINE_CACHE": "1", **wanted.build_args, **bases},
        }
        if recipe.earlier_tags and wanted.push:  # an engine that keeps its images has their layers, too
            earlier = [pulumi.Output.concat(repository, ":", tag, _of_bases(bases)) for tag in recipe.earlier_tags]
            build["cache_from"] = {"images": earlier}
        inputs: dict[str, Any] = {
            "image_name": pulumi.Output.concat(repository, ":", recipe.tag, _of_bases(bases)),
            "build": build,
            "build_on_preview": False,
            "skip_push": not wanted.push,
        }
        if wanted.username is not None and wanted.password is not None:
            inputs["registry"] = {
                "server": repository.apply(lambda address: address.partition("/")[0]),
                "username": wanted.username,
                "password": pulumi.Output.secret(wanted.password),
            }
        return Image(name, **overridden(inputs, wanted.overrides, "image"), opts=pulumi.ResourceOptions(parent=self))


def _of_bases(bases: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    """The end of a tag that tells base images apart; empty if none is followed."""
    return pulumi.Output.all(*bases.values()).apply(lambda images: end_of_tag(" ".join(images)) if images else "")


def _written(name: str, recipe: Recipe) -> Path:
    """The Dockerfile and its ignore file on disk, at a path that is the same on every machine: it is part of the state."""
    folder = Path(GENERATED)
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    dockerfile = folder / f"{name}.Dockerfile"
    for file, content in {dockerfile: recipe.dockerfile, Path(f"{dockerfile}.dockerignore"): recipe.ignored}.items():
        partial = file.with_name(f"{file.name}.{os.getpid()}")
        partial.write_text(content)
        partial.replace(file)
    return dockerfile
