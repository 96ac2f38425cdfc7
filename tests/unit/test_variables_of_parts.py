"""Variables that one part of the application has alone, on every target."""

import functools
from typing import Any

import pytest

from tests.unit.cloud_stacks import APP
from tests.unit.every_target import TARGETS, deploy, variables_of
from tests.unit.recording import Deployment
from tests.unit.refused_settings import ALL, Refused, each_target, told

OWN: dict[str, dict[str, Any]] = {
    "web": {"web": {**APP["web"], "env": {"OF": "web"}}},
    "default": {"workers": {"default": {"env": {"OF": "default"}}}},
    "migrate": {"migration": {"post": True, "env": {"OF": "migrate"}}},
    "digest": {"cron": {"digest": {**APP["cron"]["digest"], "env": {"OF": "digest"}}}},
}
PARTS = (*OWN, "post-migrate")


@functools.cache
def deployed(target: str) -> Deployment:
    described = {key: value for each in OWN.values() for key, value in each.items()}
    return deploy(target, {**described, "env": {"OF": "all", "GREETING": "hello"}})


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("target", TARGETS)
def test_those_of_a_part_win_over_those_of_all(target: str, part: str) -> None:
    found = variables_of(deployed(target), target, part)
    assert (found["OF"], found["GREETING"]) == (part.removeprefix("post-"), "hello")


PLACES = {"app.migration.env": "migration", "app.cron.digest.env": "cron.digest"}

REFUSED: list[Refused] = [
    (
        ALL,
        {"app.migration.env": {"SKIP_POST_DEPLOYMENT_MIGRATIONS": "1"}, "app.migration.post": True},
        "would win over migration.post",
    ),
    (ALL, {"app.migration.env": {"RAILBED_DATABASE_SECONDS": "1"}}, "migration.env.RAILBED_DATABASE_SECONDS would win over"),
    *(
        (ALL, {place: {"PATH": "/bin"}}, f"{path}.env.PATH would take the place of the image's")
        for place, path in PLACES.items()
    ),
    *((ALL, {place: {"API_KEY": "hunter2-hunter2"}}, f"{place}.API_KEY: ") for place in PLACES),
    *((ALL, {place: {"DATABASE_URL": "postgresql://h/a"}}, f"{place}.DATABASE_URL: is set by the stack") for place in PLACES),
    *(
        (ALL, {place: {"TOKEN_NAME": "a"}, "secrets.TOKEN_NAME": "b"}, "TOKEN_NAME is in both env and secrets")
        for place in PLACES
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    found = told(target, values)
    assert sentence in found
    assert "hunter2" not in found
