"""What a preview of the real engine says: the sum of a month, and what deploying it takes."""

import io
from pathlib import Path

import pytest

from railbed_stacks.costs.__main__ import show
from railbed_stacks.permissions.__main__ import permissions_of
from tests.engine.test_production_stacks import stack_of


@pytest.mark.parametrize(
    ("name", "parts", "permitted"),
    [
        (
            "prod-ecs",
            ("rds/db.t4g.medium  (shop-database)", "fargate/x86_64/processor  (shop-web)", "1 x nat", "1 x secret"),
            ("ecs:RunTask", "arn:aws:ecs:eu-central-1:123456789012:service/shop-*", "hostedzone/Z0123456789EXAMPLE"),
        ),
        (
            "prod",
            ("pg/db-s-2vcpu-4gb  (shop-database)", "1 x load_balancer  (shop-web)", "2 x droplet/s-4vcpu-8gb"),
            ("kubernetes:access_cluster", "database:view_credentials"),
        ),
    ],
)
def test_a_preview_tells_what_the_stack_costs(
    name: str, parts: tuple[str, ...], permitted: tuple[str, ...], tmp_path: Path, engine_variables: dict[str, str]
) -> None:
    for stack in stack_of(name, tmp_path, engine_variables):
        text = stack.preview("--json", "--show-sames").text
        preview = text[text.index("{") : text.rindex("}") + 1]
        shown = show(io.StringIO(preview))
        assert "no price" not in shown, shown
        assert "before: 0.00" in shown
        for part in parts:
            assert part in shown
        (permissions,) = permissions_of(io.StringIO(preview), "123456789012").values()
        for permission in permitted:
            assert permission in str(permissions)
