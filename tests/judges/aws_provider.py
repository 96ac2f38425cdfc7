"""The real AWS provider, and the program that asks it: pulumi-aws is a bridge to the same provider.

https://github.com/hashicorp/terraform-provider-aws
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sandbox.builds import go_build_published, published
from sandbox.progress import StepFailed

# 6.48, of which the provider's own repository tells by a commit only.
PROVIDER = ("github.com/hashicorp/terraform-provider-aws", "v1.60.1-0.20260602190131-5f2286d6d836", ".")
OPENTOFU = ("github.com/opentofu/opentofu", "v1.11.0", "./cmd/tofu")
SOURCE = "registry.opentofu.org/hashicorp/aws"
WITHOUT_ACCOUNT: dict[str, Any] = {
    "region": "eu-central-1",
    "access_key": "none",
    "secret_key": "none",
    "skip_credentials_validation": True,
    "skip_requesting_account_id": True,
    "skip_metadata_api_check": "true",
    "skip_region_validation": True,
    "max_retries": 1,
}


class AwsProvider:
    """What the provider says of resources, in a folder in which everything is written down."""

    def __init__(self, folder: Path) -> None:
        provider, self._tofu = (_built(*program) for program in (PROVIDER, OPENTOFU))
        self._folder = folder
        overrides = f'dev_overrides {{ "hashicorp/aws" = "{provider.parent}" }}'
        configuration = folder / "tofu.rc"
        configuration.write_text(f"provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n")
        # Nothing of an account or of the network: what a plan would ask AWS is refused on this machine.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
        self._variables = kept | {"TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1"}

    def schemas(self) -> dict[str, Any]:
        """The schema of every type of resource."""
        folder = self._configuration("schemas", {})
        said = self._run(folder, "providers", "schema", "-json")
        schemas: dict[str, Any] = json.loads(said)["provider_schemas"][SOURCE]["resource_schemas"]
        return schemas

    def objections(self, name: str, resources: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
        """Address and sentence of what the provider refuses in a plan that makes these resources, given by type and name."""
        folder = self._configuration(name, resources)
        for line in self._run(folder, "plan", "-json", "-input=false", "-lock=false", "-refresh=false").splitlines():
            message = json.loads(line)
            if message["type"] == "diagnostic" and message["diagnostic"]["severity"] == "error":
                told = message["diagnostic"]
                yield told.get("address", "?"), " ".join(f"{told['summary']} {told.get('detail', '')}".split())

    def _configuration(self, name: str, resources: Mapping[str, Mapping[str, Any]]) -> Path:
        folder = self._folder / name
        folder.mkdir()
        written = {
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
            "provider": {"aws": WITHOUT_ACCOUNT},
            "resource": resources,
        }
        (folder / "main.tf.json").write_text(json.dumps({key: value for key, value in written.items() if value}))
        return folder

    def _run(self, folder: Path, *arguments: str) -> str:
        run = subprocess.run(
            [self._tofu, *arguments], cwd=folder, env=self._variables, capture_output=True, text=True, check=False
        )
        assert run.stdout, f"tofu {arguments[0]} said nothing:\n{run.stderr}"
        return run.stdout


def _built(module: str, version: str, package: str) -> Path:
    binary = published(_name(module, package), version)
    if not binary.exists():
        raise StepFailed(f"{binary.name} is not built: an hour of a processor.", "Run `make aws-provider`.")
    return binary


def _name(module: str, package: str) -> str:
    return (module if package == "." else package).rpartition("/")[2]


if __name__ == "__main__":
    for module, version, package in (PROVIDER, OPENTOFU):
        go_build_published(module, version, package, _name(module, package))
