"""app.json of Heroku: https://devcenter.heroku.com/articles/app-json-schema. JSON is YAML, which knows its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.place import Found
from railbed_stacks.application_files.variables import Variable, variable
from railbed_stacks.application_files.yaml_file import Entry, read_yaml, values_of

PATH = "app.json"


@dataclass(frozen=True)
class HerokuFile:
    """What the file says."""

    name: Found[str] | None
    variables: list[Variable]
    quantities: dict[str, Found[int]]
    """Dynos by process."""
    addons: list[Found[str]]
    """Add-ons without their plans."""
    postdeploy: Found[str] | None


def read_heroku_file(folder: Path) -> HerokuFile | None:
    """Read app.json; None where there is none. Raises `UnreadableFile`."""
    top = read_yaml(folder, PATH)
    if top is None or not top.is_mapping:
        return None
    name, postdeploy = top.at("name"), top.at("scripts", "postdeploy")
    quantities = {process: each.at("quantity") for process, each in values_of(top.at("formation")).items()}
    addons = top.at("addons")
    return HerokuFile(
        name=Found(name.text, name.place) if name is not None and name.text else None,
        variables=list(_variables(top.at("env"))),
        quantities={
            process: Found(entry.number, entry.place)
            for process, entry in quantities.items()
            if entry is not None and entry.number is not None
        },
        addons=[found for item in (addons.sequence if addons is not None else []) if (found := _addon(item)) is not None],
        postdeploy=Found(postdeploy.text, postdeploy.place) if postdeploy is not None and postdeploy.text else None,
    )


def _variables(env: Entry | None) -> Iterator[Variable]:
    """The variables: each has its value, or a mapping with `value`, `generator` and `required`."""
    for name, entry in values_of(env).items():
        generator, value = entry.at("generator"), entry.at("value")
        if generator is not None and generator.text == "secret":
            yield Variable(name, None, entry.place, is_secret=True)
        elif entry.is_mapping:
            yield variable(name, value.text if value is not None else None, entry.place)
        else:
            yield variable(name, entry.text, entry.place)


def _addon(item: Entry) -> Found[str] | None:
    plan = item.at("plan")
    text = item.text or (plan.text if plan is not None else None)
    return Found(text.partition(":")[0], item.place) if text else None
