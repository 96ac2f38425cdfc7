"""The description of an application: quantities, schedules, names and hosts."""

from typing import Any

import pytest
from pydantic import ValidationError

from railbed.description.app import App, AppCron, AppWeb, Resources
from railbed.validation.quantities import mebibytes, millicores
from tests.unit.samples import IMAGE


@pytest.mark.parametrize(("quantity", "expected"), [("250m", 250), ("1500m", 1500), ("0.5", 500), ("2", 2000), ("0.125", 125)])
def test_cpu_is_read_as_kubernetes_reads_it(quantity: str, expected: int) -> None:
    assert millicores(quantity) == expected


@pytest.mark.parametrize("quantity", ["", "0", "0m", "-1", "250 m", "1e3", "1.2345", "two", "250M", "0.0"])
def test_what_is_no_cpu_is_refused(quantity: str) -> None:
    with pytest.raises(ValueError, match="write CPU as thousandths of a core"):
        millicores(quantity)


@pytest.mark.parametrize(
    ("quantity", "expected"), [("512Mi", 512), ("2Gi", 2048), ("1Ti", 2**20), ("2048Ki", 2), ("1536Mi", 1536)]
)
def test_memory_is_read_as_kubernetes_reads_it(quantity: str, expected: int) -> None:
    assert mebibytes(quantity) == expected


@pytest.mark.parametrize("quantity", ["", "512", "512M", "512MB", "0Mi", "1.5Gi", "-1Gi", "512 Mi", "512mi"])
def test_what_is_no_memory_is_refused(quantity: str) -> None:
    with pytest.raises(ValueError, match='write memory and storage with a binary unit: "512Mi", "2Gi"'):
        mebibytes(quantity)


@pytest.mark.parametrize(("written", "read"), [(1, "1"), (0.5, "0.5"), (2.0, "2"), ("250m", "250m")])
def test_cpu_may_be_a_number(written: Any, read: str) -> None:
    assert Resources(cpu=written).cpu == read


SCHEDULES = [
    "* * * * *",
    "*/5 * * * *",
    "0 6 * * 1-5",
    "0,30 8-18/2 1,15 1-12 0-7",
    "0 0 * JAN MON",
    "@daily",
    "@hourly",
    "59 23 31 12 7",
]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_of_cron_are_taken(schedule: str) -> None:
    assert AppCron(schedule=schedule, command=["true"]).schedule == schedule


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("60 * * * *", "the minute '60' is outside 0 to 59"),
        ("0 24 * * *", "the hour '24' is outside 0 to 23"),
        ("0 0 0 * *", "the day of the month '0' is outside 1 to 31"),
        ("0 0 1-32 * *", "the day of the month '1-32' is outside 1 to 31"),
        ("0 0 1 13 *", "the month '13' is outside 1 to 12"),
        ("0 0 * * 8", "the day of the week '8' is outside 0 to 7"),
        ("0,15,75 * * * *", "the minute '0,15,75' is outside 0 to 59"),
        ("*/0 * * * *", "the step of the minute '*/0' should be 1 or more"),
        ("*/ * * * *", "the step of the minute '*/' should be 1 or more"),
        ("* * * *", "give cron's five fields"),
        ("* * * * * *", "give cron's five fields"),
        ("@reboot", "give cron's five fields"),
        ("0 0 L * *", "the day of the month 'L' should be numbers"),
        ("0 0 * JUNE *", "the month 'JUNE' should be numbers or JAN FEB MAR"),
        ("0 0 * * Mon-Fry", "the day of the week 'Mon-Fry' should be numbers or SUN MON TUE"),
        ("30-10 * * * *", "the minute '30-10' should start with the smaller number"),
    ],
)
def test_schedules_that_would_never_run_are_refused(schedule: str, problem: str) -> None:
    with pytest.raises(ValidationError) as raised:
        AppCron(schedule=schedule, command=["true"])
    assert problem in str(raised.value)


@pytest.mark.parametrize("host", ["shop.example.com", "localhost", "a.b", "xn--bcher-kva.example", "1.example.com"])
def test_hosts_are_taken(host: str) -> None:
    assert AppWeb(hosts=[host]).hosts == [host]


@pytest.mark.parametrize(
    "host", ["", "Shop.example.com", "shop.example.com:80", "shop/x", "-a.com", "a..b", "*.shop.com", "a" * 64]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValidationError):
        AppWeb(hosts=[host])


@pytest.mark.parametrize("name", ["shop", "s", "shop-2", "a" * 30])
def test_names_are_taken(name: str) -> None:
    assert App.model_validate({"name": name, "image": {"ref": IMAGE}}).name == name


@pytest.mark.parametrize("name", ["", "Shop", "2shop", "shop-", "shop_2", "a" * 31, "shop\n"])
def test_names_that_a_target_would_refuse_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        App.model_validate({"name": name, "image": {"ref": IMAGE}})


def test_a_description_cannot_change_after_its_check() -> None:
    app = App.model_validate({"name": "shop", "image": {"ref": IMAGE}})
    with pytest.raises(ValidationError):
        app.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "reference",
    [
        "shop:1",
        "registry.example.com:5000/team/shop:1f3c2ab",
        "registry.example.com/shop@sha256:" + "0" * 64,
        "registry.example.com/shop:latest@sha256:" + "0" * 64,
    ],
)
def test_pinned_images_are_taken(reference: str) -> None:
    assert App.model_validate({"name": "shop", "image": {"ref": reference}}).image.ref == reference
