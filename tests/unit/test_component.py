"""What every component takes over from its base."""

from typing import Any, cast

import pytest

import railbed
from railbed import RailsWeb
from railbed.component import Component
from railbed.kubernetes.rails_web import RailsWebModel
from tests.unit.recording import record
from tests.unit.samples import COMPONENTS, IMAGE


def test_a_class_that_a_user_derives_stays_the_same_component() -> None:
    class PublicWeb(RailsWeb):
        note: str = "of the user's own"

    (component,) = record(lambda: PublicWeb("shop", {"image": IMAGE})).all("RailsWeb")
    assert set(component.outputs) >= {"url", "image"}, "its outputs would be lost"


def test_a_model_is_taken_as_it_is() -> None:
    model = RailsWebModel(image=IMAGE, replicas=3)
    components: list[RailsWeb] = []
    deployed = record(lambda: components.append(RailsWeb("shop", cast("Any", model))))
    assert deployed.the("Deployment").at("spec.replicas") == 3
    assert components[0]._arguments is model, "it was checked again"


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_derives_from_the_base(component: str) -> None:
    assert issubclass(getattr(railbed, component), Component)
