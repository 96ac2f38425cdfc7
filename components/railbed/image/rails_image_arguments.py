"""What RailsImage is given, and what it builds of it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pulumi_docker import ImageArgs
from pydantic import AfterValidator, Field

from railbed.enums import ImagePlatform, Server
from railbed.image.base_images import OpenDockerfile, open_bases
from railbed.image.build_context import BuildContext
from railbed.image.dockerfile import default_dockerfile, labelled
from railbed.image.git_revision import GitRevision, revision_of
from railbed.image.rails_source import RailsSource
from railbed.image.reference import check_name
from railbed.validation.arguments import Options, Placed
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import EnvironmentName, Image, InputText, matching

COMMIT_DIGITS = 12
HASH_DIGITS = 12
SETTINGS_DIGITS = 6

YARN = ".yarnrc.yml"
"""What railbed's Dockerfile copies before it installs packages."""

_NAMES_OF_SECRETS = re.compile(r"secret|passw|token|key|credential|BUNDLE_.*__", re.IGNORECASE)
_NO_SECRETS = {"SECRET_KEY_BASE_DUMMY"}
_URL_WITH_PASSWORD = re.compile(r"://[^/\s]*:[^/\s]*@")


def _folder(value: str) -> str:
    if not Path(value).is_dir():
        raise ValueError(f"there is no such folder, seen from {Path.cwd()}: specify the application's, such as ../shop")
    return value


BuildFolder: TypeAlias = Annotated[str, AfterValidator(_folder)]
"""An application's folder, which exists."""

BuildArguments: TypeAlias = dict[EnvironmentName, str]


def end_of_tag(decides: str) -> str:
    """What tells images apart that a commit alone does not."""
    return f"-{hashlib.sha256(decides.encode()).hexdigest()[:SETTINGS_DIGITS]}"


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what is built, and the tag that follows from it."""

    dockerfile: str
    ignored: str
    tag: str
    earlier_tags: list[str]
    bases: Mapping[str, str]
    """Images that it starts from and follows, by their build arguments."""


class RailsImageOptions(Options):
    """Options of RailsImage."""

    build: BuildFolder
    """The application's folder, seen from the program's."""
    dockerfile: str | None = None
    """Dockerfile, seen from the application's folder. Default: its Dockerfile, or without one, one that railbed writes."""
    app_server: Server = Server.PUMA
    """Application server that a Dockerfile of railbed's starts: puma, unicorn, passenger, or image (puma). Default puma."""
    port: int = Field(3000, ge=1024, le=65535)
    """Port that it listens on. Default 3000."""
    user: int = Field(1000, ge=1, le=65535)
    """UID that a Dockerfile of railbed's runs it as. Default 1000."""
    workdir: Annotated[str, matching(r"(/[^/\s]+)+", "specify an absolute path, such as /rails")] = "/rails"
    """Folder of the application in an image of railbed's Dockerfile. Default /rails."""
    base_image: Image | None = None
    """Image that a Dockerfile of railbed's starts from, by digest if builds are to be repeatable: another one rebuilds the
    image. Default: Docker's official image of the application's Ruby version, slim."""
    build_args: BuildArguments = {}
    """Build arguments. Nothing secret: they can be read in the image. Default: none."""
    target: Annotated[str, matching(r"[A-Za-z][A-Za-z0-9_.-]*", "specify the name of a stage, as after AS")] | None = None
    """Stage of the Dockerfile to build. Default: the last."""
    platform: ImagePlatform = ImagePlatform.AMD64
    """linux/amd64 or linux/arm64. Default linux/amd64."""
    follow_base: bool = False
    """Whether a newer image under the name in FROM, as one with security updates, rebuilds the image without a commit.
    Previews ask its registry then, with the credentials that `docker login` has kept. Default false: the next commit takes
    it."""
    cache: bool = True
    """Whether layers of images of the last commits, if they are in the registry, are taken instead of built. Default true."""
    development: bool = False
    """Whether a Dockerfile of railbed's also installs the gems for development and tests. Default false."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the inputs of the image. Mappings are merged, anything else is replaced."""

    @rule
    def _build_arguments_are_no_secrets(self) -> None:
        for name, value in self.build_args.items():
            if name not in _NO_SECRETS and (_NAMES_OF_SECRETS.search(name) or _URL_WITH_PASSWORD.search(value)):
                raise ValueError(
                    f"build_args.{name} looks like a secret, and anyone who can pull the image can read build arguments: "
                    "remove it, or build in CI with `docker build --secret` and specify the image by ref"
                )

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, {"image": ImageArgs})

    @rule
    def _can_be_built(self) -> None:
        if self.dockerfile is not None and not (self.folder / self.dockerfile).is_file():
            raise ValueError(f"dockerfile: there is no {self.dockerfile} in {self.build}: specify its path in that folder")
        if self.own_dockerfile is None:
            if self.target is not None:
                raise ValueError(f"target '{self.target}': there is no Dockerfile in {self.build} that could have it")
            RailsSource.read(self.folder).check(self.app_server, needs_ruby=self.base_image is None)
        elif self.base_image is not None:
            raise ValueError(
                f"base_image has no effect, as {self.own_dockerfile} names its own in FROM: remove it, or take it as a "
                "build argument there"
            )

    @rule
    def _no_secret_is_copied(self) -> None:
        if secrets := self.context.secret_files():
            raise ValueError(
                f"{', '.join(secrets)} would be copied into the image, where anyone who can pull it can read it: add to "
                f"{self.folder / '.dockerignore'} the lines: {', '.join(secrets)}; or, for one that may be read by everybody, "
                f"the line !{secrets[0]}"
            )
        if self.own_dockerfile is None and (self.folder / YARN).is_file() and not self.context.takes(YARN):
            raise ValueError(
                f"{self.folder / YARN} is left out of the build, which needs it, as it holds a secret: let it read the secret "
                "from a variable, as in npmAuthToken: ${NPM_TOKEN:-}"
            )

    @rule
    def _revision_is_known(self) -> None:
        _ = self.revision

    @property
    def folder(self) -> Path:
        """The application's folder."""
        return Path(self.build)

    @property
    def own_dockerfile(self) -> Path | None:
        """The application's Dockerfile, if it has one."""
        file = self.folder / (self.dockerfile or "Dockerfile")
        return file if file.is_file() else None

    @cached_property
    def context(self) -> BuildContext:
        """What the build sees."""
        return BuildContext.of(self.folder, self.own_dockerfile)

    @cached_property
    def revision(self) -> GitRevision | None:
        """What git says of the folder."""
        return revision_of(self.context)

    def recipe(self) -> Recipe:
        """What is built, and its tag."""
        tag = self._tag()
        dockerfile = labelled(self._dockerfile(), self.target, self._labels(tag))
        opened = open_bases(dockerfile, self.build_args) if self.follow_base else OpenDockerfile(dockerfile, {})
        return Recipe(
            dockerfile=opened.text,
            bases=opened.bases,
            ignored="".join(f"{pattern}\n" for pattern in self.context.ignored),
            tag=tag,
            earlier_tags=[commit[:COMMIT_DIGITS] + self._settings() for commit in self._commits_with_layers()],
        )

    def _dockerfile(self) -> str:
        if self.own_dockerfile is not None:
            return self.own_dockerfile.read_text()
        source = RailsSource.read(self.folder)
        return default_dockerfile(
            source,
            self.app_server,
            self.base_image,
            port=self.port,
            user=self.user,
            workdir=self.workdir,
            **({"left_out": ""} if self.development else {}),
        )

    def _tag(self) -> str:
        """The commit; with a hash of the content where it is not all committed."""
        if self.revision is None:
            return self.context.digest()[:HASH_DIGITS] + self._settings()
        commit = self.revision.commit[:COMMIT_DIGITS]
        dirty = f"-dirty-{self.context.digest()[:HASH_DIGITS]}" if self.revision.changed else ""
        return commit + dirty + self._settings()

    def _settings(self) -> str:
        """A hash of what decides beside the content, if anything does: registries refuse a tag for a second image."""
        decide = {"base_image", "build_args", "target", "platform", "development"}
        given = self.model_dump(mode="json", include=decide, exclude_defaults=True)
        text = json.dumps(given, sort_keys=True)
        return end_of_tag(text) if given else ""

    def _commits_with_layers(self) -> list[str]:
        if self.revision is None or not self.cache:
            return []
        return [self.revision.commit, *self.revision.earlier] if self.revision.changed else list(self.revision.earlier)

    def _labels(self, tag: str) -> Mapping[str, str]:
        """https://github.com/opencontainers/image-spec/blob/main/annotations.md; no time of the build, which would make the
        same content another image each time."""
        prefix = "org.opencontainers.image"
        labels = {f"{prefix}.version": tag}
        if self.revision is not None:
            labels[f"{prefix}.revision"] = self.revision.commit
            labels |= {f"{prefix}.source": self.revision.source} if self.revision.source else {}
        return labels


class RailsImageModel(RailsImageOptions, Placed):
    """Arguments of RailsImage."""

    repository: InputText
    """Where the image is pushed to, without a tag: registry.example.com/shop, docker.io/acme/shop. A change pushes it there."""
    username: InputText | None = None
    """User name or name of a token of the registry. Default: what `docker login` has kept on this machine."""
    password: InputText | None = None
    """Password or token. A change builds nothing. Default: what `docker login` has kept on this machine."""
    push: bool = True
    """Whether the image is pushed. Default true. If false, it stays in the engine that built it, and `ref` is its ID there."""

    @rule
    def _repository_is_whole(self) -> None:
        if not isinstance(self.repository, str):
            return
        registry, slash, name = self.repository.partition("/")
        if not slash or not name or not (set(".:") & set(registry) or registry == "localhost"):
            raise ValueError(
                f"repository '{self.repository}' does not begin with a registry: write registry.example.com/shop, or "
                "docker.io/acme/shop for Docker Hub"
            )
        if ":" in name or "@" in name or name != name.lower():
            raise ValueError(f"repository '{self.repository}' should be in lower case, without a tag: railbed makes the tag")
        try:
            check_name(self.repository)
        except ValueError as error:
            raise ValueError(f"repository '{self.repository}': {error}") from None

    @rule
    def _credentials_are_a_pair(self) -> None:
        if (self.username is None) != (self.password is None):
            missing = "username" if self.username is None else "password"
            raise ValueError(f"{missing} is missing: specify both, or neither to use what `docker login` has kept")

    @rule
    def _credentials_are_used(self) -> None:
        if not self.push and self.username is not None:
            raise ValueError("username and password have no use where push is false: remove them, or set push to true")
