"""What an application's own files tell of the image that it needs."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from railbed.enums import Server

OLDEST_RAILS, NEXT_RAILS = (6, 1), (9, 0)
NODE_VERSION = "22"
"""Node.js where the application names none: the release with long-term support."""

_SERVER_GEMS = {Server.PUMA: "puma", Server.UNICORN: "unicorn", Server.PASSENGER: "passenger"}


@dataclass(frozen=True)
class RailsSource:
    """Facts from Gemfile.lock, package.json and the files beside them."""

    folder: Path
    gems: Mapping[str, str]
    """Versions of all gems."""
    ruby: str | None
    """Ruby's version, if the application names one."""

    @classmethod
    def read(cls, folder: Path) -> "RailsSource":
        """Read a folder.

        Raises `ValueError` where it holds no Rails application that the default Dockerfile knows to build.
        """
        lock = folder / "Gemfile.lock"
        if not lock.is_file():
            raise ValueError(f"there is no Gemfile.lock in {folder}: run `bundle lock` there, or add a Dockerfile")
        text = lock.read_text()
        gems = dict(re.findall(r"^ {4}([A-Za-z0-9._-]+) \(([^)]+)\)$", text, re.MULTILINE))
        source = cls(folder, gems, _ruby(folder, text))
        if "railties" not in gems:
            raise ValueError(f"{lock} has no Rails: the default Dockerfile is one for Rails, so add a Dockerfile of its own")
        if not OLDEST_RAILS <= source.rails < NEXT_RAILS:
            raise ValueError(f"{lock} has Rails {gems['railties']}: add a Dockerfile; the default one builds Rails 6.1 to 8")
        return source

    @property
    def rails(self) -> tuple[int, int]:
        """Major and minor version of Rails."""
        major, minor, *_ = self.gems["railties"].split(".")
        return int(major), int(minor)

    @property
    def has_assets(self) -> bool:
        """Whether there is something for `assets:precompile` to do, and a gem that brings the task."""
        pipelines = {"sprockets-rails", "propshaft", "shakapacker", "webpacker", "vite_ruby", "jsbundling-rails"}
        return bool(pipelines & set(self.gems)) and any(
            (self.folder / part).is_dir() for part in ("app/assets", "app/javascript", "app/frontend")
        )

    @property
    def package(self) -> Mapping[str, Any] | None:
        """Content of package.json."""
        file = self.folder / "package.json"
        if not file.is_file():
            return None
        try:
            found: Mapping[str, Any] = json.loads(file.read_text())
        except ValueError as error:
            raise ValueError(f"{file} is not JSON: {error}") from None
        return found

    @property
    def node(self) -> str:
        """Version of Node.js that the application asks for, or the default."""
        for name in (".node-version", ".nvmrc"):
            if (self.folder / name).is_file() and (
                match := re.match(r"v?(\d+(\.\d+)*)\s*$", (self.folder / name).read_text().strip())
            ):
                return match[1]
        wanted = re.search(r"\d+", str((self.package or {}).get("engines", {}).get("node", "")))
        return wanted[0] if wanted else NODE_VERSION

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return (self.folder / path).exists()

    def check(self, server: Server, needs_ruby: bool) -> None:
        """Raise `ValueError` where an image of these files could not be built or could not serve."""
        gem = _SERVER_GEMS.get(server)
        if gem is not None and gem not in self.gems:
            raise ValueError(
                f"the application server is {server.value}, but Gemfile.lock has no {gem}: run `bundle add {gem}`, "
                "or choose another server"
            )
        if needs_ruby and self.ruby is None:
            raise ValueError(
                f"nothing in {self.folder} names a version of Ruby: write it to .ruby-version (3.3.4), or give base_image"
            )
        if needs_ruby and not re.fullmatch(r"\d+(\.\d+){0,2}", self.ruby or ""):
            raise ValueError(
                f"Ruby '{self.ruby}' has no official image: specify a version such as 3.3.4 in .ruby-version, give base_image, "
                "or add a Dockerfile"
            )


def _ruby(folder: Path, lock: str) -> str | None:
    version = folder / ".ruby-version"
    if version.is_file() and version.read_text().strip():
        return version.read_text().strip().removeprefix("ruby-")
    tools = folder / ".tool-versions"
    if tools.is_file() and (match := re.search(r"^ruby[ \t]+(\S+)", tools.read_text(), re.MULTILINE)):
        return match[1]
    locked = re.search(r"^RUBY VERSION\n +ruby (\d+\.\d+\.\d+)", lock, re.MULTILINE)
    return locked[1] if locked else None
