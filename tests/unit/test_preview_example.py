"""The example in the documentation is what the command writes.

`.venv/bin/python -m tests.unit.test_preview_example` writes docs/preview-example.md anew.
"""

from pathlib import Path

from railbed_stacks.commands.preview.git import Commit
from railbed_stacks.commands.preview.markdown import render_markdown
from railbed_stacks.commands.preview.migrations.files import MigrationFile
from railbed_stacks.commands.preview.migrations.review import review
from railbed_stacks.commands.preview.policies import PolicyResults
from railbed_stacks.commands.preview.report import Release, report_of
from tests.unit.recorded_previews import plan_of

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "preview-example.md"
MIGRATIONS = {
    "db/migrate/20261101090000_add_state_to_orders.rb": 'add_column :orders, :state, :string, null: false, default: "new"',
    "db/migrate/20261102090000_index_orders.rb": "add_index :orders, :state",
    "db/migrate/20261103090000_remove_fax_from_customers.rb": "remove_column :customers, :fax",
}
COMMITS = [
    Commit("9d0c4e7", "Send reports from workers of their own"),
    Commit("b7a1f02", "Forget fax numbers"),
    Commit("4c55e1d", "Give orders a state"),
]


def example() -> str:
    """The comment on a release that also brings a group of workers and a larger database."""
    source = "class Change < ActiveRecord::Migration[8.1]\n  def change\n    {}\n  end\nend\n"
    files = [MigrationFile(path, source.format(statement)) for path, statement in MIGRATIONS.items()]
    release = Release(COMMITS, review(files), not_known="")
    return render_markdown(report_of(plan_of("ecs", "larger_release"), release, PolicyResults([], ["railbed"])))


def test_the_example_is_what_the_command_writes() -> None:
    assert EXAMPLE.read_text() == example()


def test_the_guide_shows_what_is_not_folded() -> None:
    unfolded = example().partition("\n<details>")[0].partition("\n")[2]
    assert f"```markdown\n{unfolded}```\n" in (DOCS / "pull-requests.md").read_text()


if __name__ == "__main__":
    EXAMPLE.write_text(example())
