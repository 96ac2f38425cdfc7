"""`railbed rollback`"""

import json
from typing import Annotated, Any

import typer

from railbed_stacks.commands.options import StackOption, YesOption
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.releases import Release

KEEPS_REGISTRY = {"doks": "container_registry", "eks": "ecr", "ecs": "ecr"}
"""Sections that keep the registry of the stack's own where `app.image.ref` takes the place of `app.image.build`."""


def roll_back(
    release: Annotated[
        int | None, typer.Argument(help="Number that `railbed releases` shows. Default: the one before the live one.")
    ] = None,
    yes: YesOption = False,
    stack: StackOption = None,
) -> None:
    """Go back to the image of an earlier release.

    Sets app.image in the stack's settings to {ref: IMAGE} and runs `pulumi up`, which shows what changes and asks. Migrations
    are not undone: the old code has to run on the new schema.
    """
    pulumi_command = PulumiCommand(stack)
    deployed = DeployedStack.read(pulumi_command)
    chosen = _chosen(deployed.output("releases"), release)
    settings = deployed.section("app").get("image") or {}
    _check_registry_stays(deployed, settings)
    typer.echo(f"Release {int(chosen['number'])} of {chosen['deployed']} is {chosen['image']}.")
    typer.echo(
        f"In Pulumi.{deployed.name}.yaml railbed:app.image, now {_shown(settings)}, becomes {{ref: ...}} with that image;"
    )
    typer.echo("then `pulumi up` deploys it." + (" To build again later, put `build` back." if "build" in settings else ""))
    if not yes:
        typer.confirm("Go on?", abort=True)
    for key in settings:
        if key != "ref":
            pulumi_command.ask("config", "rm", "--path", f"railbed:app.image.{key}")
    pulumi_command.ask("config", "set", "--path", "railbed:app.image.ref", chosen["image"])
    raise typer.Exit(pulumi_command.run("up", *(["--yes"] if yes else [])))


def _chosen(releases: list[Release], number: int | None) -> Release:
    """The release to go back to. Raises `OperationError` where there is none."""
    earlier = releases[1:]
    if not earlier:
        raise OperationError("there is no earlier release that railbed knows of: set app.image.ref, and run `pulumi up`")
    if number is None:
        return earlier[0]
    found = next((each for each in earlier if int(each["number"]) == number), None)
    if found is None:
        known = ", ".join(str(int(each["number"])) for each in earlier)
        raise OperationError(f"there is no earlier release {number}: name one of {known}")
    return found


def _check_registry_stays(stack: DeployedStack, image: dict[str, Any]) -> None:
    """Raise `OperationError` where the settings without `build` would remove the registry that has the image."""
    section = KEEPS_REGISTRY.get(stack.target)
    if section and "build" in image and "railbed:registry" not in stack.config and f"railbed:{section}" not in stack.config:
        raise OperationError(
            "without app.image.build the stack would remove its registry, and the image with it: write "
            f"`railbed:{section}: {{}}` into the config of Pulumi.{stack.name}.yaml, which keeps it, and try again"
        )


def _shown(image: dict[str, Any]) -> str:
    return json.dumps({key: image[key] for key in image if key in ("ref", "build")})
