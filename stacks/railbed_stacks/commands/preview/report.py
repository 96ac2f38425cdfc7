"""Everything that a person reads of a preview, before it is Markdown or text of a terminal."""

from dataclasses import dataclass, field

from railbed_stacks.commands.preview.changes import Change, changes_of
from railbed_stacks.commands.preview.costs import CostChange, cost_of
from railbed_stacks.commands.preview.git import Commit
from railbed_stacks.commands.preview.images import ImageChange, image_of
from railbed_stacks.commands.preview.migrations.finding import Finding
from railbed_stacks.commands.preview.migrations.review import ReviewedMigration
from railbed_stacks.commands.preview.part_changes import PartChange, change_of
from railbed_stacks.commands.preview.parts import parts_of
from railbed_stacks.commands.preview.plan import Plan, Step
from railbed_stacks.commands.preview.policies import PolicyResults
from railbed_stacks.commands.preview.said import cleaned
from railbed_stacks.commands.preview.unknown import unknown_of
from railbed_stacks.commands.preview.words import is_counted

_MYSQL = ("mysql", "mariadb")
_ENGINES_OF = ("aws:rds/instance:Instance", "digitalocean:index/databaseCluster:DatabaseCluster")


@dataclass(frozen=True)
class Release:
    """What the repository of the application tells."""

    commits: list[Commit] = field(default_factory=list)
    migrations: list[ReviewedMigration] = field(default_factory=list)
    changed_migrations: list[str] = field(default_factory=list)
    unknown_migrations: list[str] = field(default_factory=list)
    """Names of those that the running release brought and the new one does not have."""
    not_known: str = "not looked for: no repository of the application was given"
    """Why nothing is known of commits and migrations. Empty if they were looked for."""

    @property
    def unsafe(self) -> list[tuple[ReviewedMigration, Finding]]:
        """Everything that is not safe and that nobody has declared safe."""
        return [(each, finding) for each in self.migrations for finding in each.findings if not finding.assured]


@dataclass(frozen=True)
class Report:
    """What a preview is about to do."""

    plan: Plan
    parts: list[PartChange]
    changes: list[Change]
    image: ImageChange
    cost: CostChange | None
    unknown: list[str]
    release: Release = Release()
    policies: PolicyResults | None = None

    @property
    def loud(self) -> list[str]:
        """What is deleted or replaced although it holds data or everything else."""
        return [
            f"{each.sentence}" + (f". Lost with it: {each.lost}" if each.lost else "") for each in self.changes if each.is_loud
        ]

    @property
    def noted(self) -> list[Change]:
        """Changes that a person reads, the loud ones left out."""
        return [each for each in self.changes if each.kind.noted and not each.is_loud]

    @property
    def others(self) -> list[Change]:
        """Changes for the details."""
        return [each for each in self.changes if not each.kind.noted and not each.is_loud]

    @property
    def errors(self) -> list[str]:
        """Why the preview failed."""
        return [cleaned(each.text) for each in self.plan.errors]

    @property
    def warnings(self) -> list[str]:
        """What the program or the engine warns of."""
        said = (cleaned(each.text).removeprefix("warning: ") for each in self.plan.diagnostics if each.severity == "warning")
        return list(dict.fromkeys(said))

    @property
    def steps(self) -> list[Step]:
        """What the engine does, resource by resource."""
        return [step for step in self.plan.changed if is_counted(step.type)]

    @property
    def is_refused(self) -> bool:
        """Whether this cannot be deployed."""
        return bool(self.errors) or (self.policies is not None and self.policies.refuses)

    @property
    def is_risky(self) -> bool:
        """Whether something is lost, or a migration is not safe."""
        return bool(self.loud or self.release.unsafe)

    @property
    def headline(self) -> str:
        """The shortest true sentence."""
        if self.errors:
            return "The preview failed: nothing can be deployed"
        if not self.steps:
            return "Nothing changes"
        if self.plan.is_first:
            return f"The first deployment: {_count(len(self.steps), 'resource')} will be made"
        return ", ".join(self._clauses())

    def _clauses(self) -> list[str]:
        found = (
            [f"{_count(len(self.loud), 'store or place', 'stores or places')} will be deleted or replaced"] if self.loud else []
        )
        if rolling := [each.part.text for each in self.parts if each.starts and not each.part.is_new]:
            found.append(f"{_count(len(rolling), 'part')} of the application will be started anew")
        if self.release.migrations:
            unsafe = len({each.file.path for each, _ in self.release.unsafe})
            found.append(
                f"{_count(len(self.release.migrations), 'migration')} pending" + (f" ({unsafe} unsafe)" if unsafe else "")
            )
        found.append(f"{_count(len(self.steps), 'resource')} will change")
        return found


def report_of(plan: Plan, release: Release | None = None, policies: PolicyResults | None = None) -> Report:
    """Sum up a preview."""
    parts = parts_of(plan)
    return Report(
        plan,
        [change for part in parts if (change := change_of(part))],
        changes_of(plan, parts),
        image_of(plan, parts),
        cost_of(plan),
        unknown_of(plan),
        release or Release(),
        policies,
    )


def image_of_plan(plan: Plan) -> ImageChange:
    """The image before and afterwards."""
    return image_of(plan, parts_of(plan))


def is_postgresql(plan: Plan) -> bool:
    """Whether the stack's database is PostgreSQL: it is, unless a cloud's database says something else."""
    engines = [str((step.new or step.old).get("engine", "")) for step in plan.steps if step.type in _ENGINES_OF]
    return not any(engine.startswith(_MYSQL) for engine in engines)


def _count(number: int, noun: str, many: str = "") -> str:
    return f"{number} {noun if number == 1 else many or f'{noun}s'}"
