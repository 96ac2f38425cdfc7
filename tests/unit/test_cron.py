"""Schedules: what Kubernetes and AWS get of what the user wrote, and what the user reads of one that neither can have."""

import zoneinfo
from typing import Any

import pytest

from railbed import InvalidArguments
from railbed.aws.ecs.schedule import schedule_expression
from railbed.description.app import AppCron
from railbed.description.cron import kubernetes_schedule
from tests.unit.recording import record
from tests.unit.samples import make

TAKEN: list[tuple[str, str, str]] = [
    ("0 6 * * 7", "0 6 * * 0", "cron(0 6 ? * SUN *)"),
    ("0 6 * * 5-7", "0 6 * * 0,5,6", "cron(0 6 ? * SUN,FRI,SAT *)"),
    ("0 6 * * SAT-SUN", "0 6 * * 0,6", "cron(0 6 ? * SUN,SAT *)"),
    ("0 6 * * fri-sun", "0 6 * * 0,5,6", "cron(0 6 ? * SUN,FRI,SAT *)"),
    ("0 6 * * 6-0", "0 6 * * 0,6", "cron(0 6 ? * SUN,SAT *)"),
    ("0 6 * * 1-7", "0 6 * * 0-6", "cron(0 6 * * ? *)"),
    ("0 6 * * 0-7", "0 6 * * 0-6", "cron(0 6 * * ? *)"),
    ("0 6 * * 1-7/2", "0 6 * * 0,1,3,5", "cron(0 6 ? * SUN,MON,WED,FRI *)"),
    ("0 6 * * 1,7", "0 6 * * 0,1", "cron(0 6 ? * SUN,MON *)"),
    ("0 6 * * 7/2", "0 6 * * 0", "cron(0 6 ? * SUN *)"),
    ("0 6 * * *,7", "0 6 * * *", "cron(0 6 * * ? *)"),
    ("0 6 * * SUN", "0 6 * * SUN", "cron(0 6 ? * SUN *)"),
    ("0 6 * * SUN-MON", "0 6 * * SUN-MON", "cron(0 6 ? * SUN,MON *)"),
    ("0 6 * * 0-0", "0 6 * * 0-0", "cron(0 6 ? * SUN *)"),
    ("0 6 ? * *", "0 6 ? * *", "cron(0 6 * * ? *)"),
    ("0 6 ? * MON", "0 6 ? * MON", "cron(0 6 ? * MON *)"),
    ("0 6 1 * ?", "0 6 1 * ?", "cron(0 6 1 * ? *)"),
    ("?/30 6 ? * ?", "?/30 6 ? * ?", "cron(0,30 6 * * ? *)"),
    ("5/15 * * * *", "5/15 * * * *", "cron(5,20,35,50 * * * ? *)"),
    ("*/1 */1 */1 */1 */1", "*/1 */1 */1 */1 */1", "cron(* * * * ? *)"),
    ("08 06 01 * *", "08 06 01 * *", "cron(8 6 1 * ? *)"),
    ("  0  6\t* * * ", "0 6 * * *", "cron(0 6 * * ? *)"),
    ("0 0 31 2,3 *", "0 0 31 2,3 *", "cron(0 0 31 2,3 ? *)"),
    ("0 0 29 2 *", "0 0 29 2 *", "cron(0 0 29 2 ? *)"),
    ("@weekly", "@weekly", "cron(0 0 ? * SUN *)"),
]


@pytest.mark.parametrize(("written", "kubernetes", "aws"), TAKEN)
def test_a_schedule_arrives_as_each_target_takes_it(written: str, kubernetes: str, aws: str) -> None:
    assert kubernetes_schedule(written) == kubernetes, "Kubernetes would refuse it after the migration has run"
    assert schedule_expression(written) == aws, "EventBridge would refuse it, or run it at another time"


def test_the_cron_job_gets_the_schedule_that_kubernetes_takes() -> None:
    assert record(lambda: make("CronTask", schedule="0 6 * * 5-7")).the("CronJob").at("spec.schedule") == "0 6 * * 0,5,6"


FORM = "give cron's five fields"
REFUSED: list[tuple[str, str]] = [
    ("-5 * * * *", "the minute '-5' should have ranges of two numbers, as in 1-5"),
    ("5- * * * *", "the minute '5-' should have ranges of two numbers, as in 1-5"),
    ("* 1-2-3 * * *", "the hour '1-2-3' should have ranges of two numbers, as in 1-5"),
    ("* * 5-5-5 * *", "the day of the month '5-5-5' should have ranges of two numbers, as in 1-5"),
    ("** * * * *", "the minute '**' should be numbers"),
    ("*5 * * * *", "the minute '*5' should be numbers"),
    ("*-5 * * * *", "the minute '*-5' should be numbers"),
    ("/5 * * * *", "the minute '/5' should say what its step is of, as in */5"),
    ("*/5/5 * * * *", "the step of the minute '*/5/5' should be 1 or more"),
    ("*/-5 * * * *", "the step of the minute '*/-5' should be 1 or more"),
    ("1,,2 * * * *", "the minute '1,,2' should have something before and after each comma"),
    (", * * * *", "the minute ',' should have something before and after each comma"),
    ("0 0 * * 5-8", "the day of the week '5-8' is outside 0 to 7"),
    ("0 0 * * FRI-MON", "the day of the week 'FRI-MON' should start with the smaller number"),
    ("0 0 * JAN-FRI *", "the month 'JAN-FRI' should be numbers or JAN FEB"),
    ("0 0 31 2 *", "never runs: no month of '2' has a day '31'"),
    ("0 0 31 4,6,9,11 *", "never runs: no month of '4,6,9,11' has a day '31'"),
    ("0 0 30-31 FEB *", "never runs: no month of 'FEB' has a day '30-31'"),
    ("0 0 15W * *", "the day of the month '15W' should be numbers"),
    ("0 0 * * 5#2", FORM),
    ("@every 5m", FORM),
    ("@Daily", FORM),
    ("0 6 * * * 2026", FORM),
    ("TZ=Europe/Berlin 0 6 * * *", "set time_zone to the time zone, and leave it out of the schedule"),
    ("CRON_TZ=UTC 0 6 * * *", "set time_zone to the time zone, and leave it out of the schedule"),
]


@pytest.mark.parametrize("component", ["CronTask", "EcsScheduledTask"])
@pytest.mark.parametrize(("schedule", "problem"), REFUSED)
def test_a_schedule_that_nothing_can_run_is_refused_before_anything_is_made(
    component: str, schedule: str, problem: str
) -> None:
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, schedule=schedule))
    assert problem in str(raised.value)
    assert "invalid literal" not in str(raised.value), "the user would read Python's words"


def test_everything_that_is_wrong_with_a_schedule_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"the minute '60' is outside 0 to 59; the hour '/2' .*; the month '0' is outside"):
        AppCron(schedule="60 /2 * 0 *", command=["true"])


@pytest.mark.parametrize("component", ["CronTask", "EcsScheduledTask"])
@pytest.mark.parametrize("time_zone", ["localtime", "posixrules", "europe/berlin", "Local", "", "../etc/passwd", "UTC+2"])
def test_a_time_zone_is_known_everywhere(component: str, time_zone: str) -> None:
    arguments: dict[str, Any] = {"time_zone": time_zone}
    with pytest.raises(InvalidArguments, match=f"time_zone '{time_zone}' is not known".replace("+", r"\+")):
        record(lambda: make(component, **arguments))


@pytest.mark.parametrize("time_zone", ["Europe/Berlin", "Etc/UTC", "UTC", "America/Argentina/Buenos_Aires"])
def test_time_zones_are_taken(time_zone: str) -> None:
    assert AppCron(schedule="@daily", command=["true"], time_zone=time_zone).time_zone == time_zone


def test_time_zones_are_known_where_the_system_has_none() -> None:
    zoneinfo.reset_tzpath(to=())
    try:
        assert "Europe/Berlin" in zoneinfo.available_timezones(), "every cron task would be refused in a slim image"
    finally:
        zoneinfo.reset_tzpath()
