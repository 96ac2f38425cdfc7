"""The story of a rehearsal, step by step."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import environment, images, lending, machine
from sandbox.builds import exclusive
from sandbox.paths import STATE_DIRECTORY
from sandbox.progress import Step, StepFailed, step
from sandbox.rehearsal import leftovers, report
from sandbox.rehearsal.page import Page
from sandbox.rehearsal.settings import Settings, settings_of
from sandbox.rehearsal.stack import LAST_LINES, RehearsedStack, Run
from sandbox.rehearsal.targets import IdleImage

_MIGRATIONS = Path(__file__).parent / "releases"
_MIGRATION = "db/migrate/20250601090000_add_referrer.rb"
_DEATH = "this release cannot start"
_REASON = 'column "referrer" of relation "visits" does not exist'


def rehearse(stack: str) -> None:
    """Deploy a stack from nothing, release, fail to migrate, roll back and destroy, and tell what was seen.

    Raises `StepFailed` at the first thing that is not as it should be; the next rehearsal removes what is left.
    """
    settings = settings_of(stack)
    _require(settings)
    with (
        step(f"Rehearsing {stack}") as running,
        exclusive(STATE_DIRECTORY / "rehearsal.lock", running),
        environment.pulumi_environment() as usual,
    ):
        with step("Removing what an earlier rehearsal left") as removing:
            leftovers.remove_leftovers(removing)
        variables = usual | (machine.docker_environment() if settings.target.on_machine else {})
        if settings.target.on_aws:
            settings.make_zone()
        rehearsal = _Rehearsal(RehearsedStack(settings, variables))
        rehearsal.run()
    report.show(stack, rehearsal.told, settings.target.parts)


def _require(settings: Settings) -> None:
    if settings.target.on_machine:
        if not machine.running():
            raise StepFailed("The sandbox's machine does not run.", f"Start it: python -m sandbox up {settings.stack}")
    elif not lending.possible():
        raise StepFailed("The sandbox's own cluster does not run.", "Start it: python -m sandbox up")


class _Rehearsal:
    def __init__(self, stack: RehearsedStack) -> None:
        self.told: list[report.Told] = []
        self._stack, self._settings = stack, stack.settings
        self._page = Page("", "")

    def run(self) -> None:
        """Every step, in order."""
        with self._step("images") as running:
            first = self._give("", "1")
            second = self._give("rehearsal-2", "2")
            broken = self._give("rehearsal-3-broken", "3", "add_referrer_too_early.rb")
            mended = self._give("rehearsal-3", "3", "add_referrer.rb")
            dead = self._give("rehearsal-4-dead", "4", "add_referrer.rb", starts=False)
            for idle in self._settings.target.idle_images(self._settings.values):
                self._give_idle(idle)
            running.outcome = f"{first} and three releases after it, from the demo application"

        self._settings.app["image"] = {"ref": first}
        with self._step("pulumi up from nothing") as running:
            self._succeeded(self._stack.up(running))
            outputs = self._stack.outputs()
            self._page = Page(str(outputs.get("address") or outputs["url"]), self._settings.host)
            running.outcome = self._page.check("1")

        with self._step("pulumi preview again") as running:
            self._succeeded(self._stack.preview(running))
            running.outcome = "nothing would change"

        self._release("a release with two migrations", second, "2")
        self._failed_migration(broken)
        self._release("the migration mended", mended, "3")
        if words := self._settings.target.stops_release:
            self._does_not_start(dead, words)
        self._release("a rollback to the release before", second, "2")
        self._destroy()

    def _release(self, title: str, image: str, version: str) -> None:
        with self._step(title) as running:
            self._settings.app["image"] = {"ref": image}
            with self._page.watched() as watch:
                self._succeeded(self._stack.up(running))
                seen = self._page.check(version)
            if watch.failures:
                raise StepFailed(f"{len(watch.failures)} of {watch.asked} requests failed: {watch.failures[0]}")
            running.outcome = f"{seen}; 0 of {watch.asked} requests failed meanwhile"

    def _failed_migration(self, image: str) -> None:
        with self._step("a migration that fails") as running:
            self._settings.app["image"] = {"ref": image}
            with self._page.watched() as watch:
                run = self._refused(self._stack.up(running), _REASON)
                seen = self._page.check("2")
            if watch.failures:
                raise StepFailed(f"{len(watch.failures)} of {watch.asked} requests failed: {watch.failures[0]}")
            line = next(line for line in run.text.splitlines() if _REASON in line)
            running.outcome = f"`up` failed with the log of the migration ({line.strip()}); still {seen}"

    def _does_not_start(self, image: str, words: str) -> None:
        with self._step("a release that does not start") as running:
            self._settings.app["image"] = {"ref": image}
            with self._page.watched() as watch:
                run = self._refused(self._stack.up(running), words)
                seen = self._page.check("3")
            if _DEATH not in run.text:
                raise StepFailed(f"pulumi does not tell why the release did not start:\n{_end(run)}")
            if watch.failures:
                raise StepFailed(f"{len(watch.failures)} of {watch.asked} requests failed: {watch.failures[0]}")
            running.outcome = f"`up` failed with the log of the release ({_DEATH}), and said: {words}; still {seen}"

    def _destroy(self) -> None:
        if self._settings.target.unprotected:
            with self._step("pulumi destroy, while protected") as running:
                self._refused(self._stack.destroy(running), "protect")
                running.outcome = f"refused; {self._page.check('2')}"
            with self._step("protection taken off, as docs/ tell") as running:
                self._settings.unprotect()
                self._succeeded(self._stack.up(running))
        with self._step("pulumi destroy") as running:
            self._succeeded(self._stack.destroy(running))
            if left := leftovers.left():
                raise StepFailed(f"Still there after the stack was destroyed: {', '.join(left)}.")
            kept = leftovers.kept()
            self._stack.remove()
            why = "with the data" if self._settings.target.on_machine else "which others may share"
            running.outcome = f"nothing is left but {', '.join(kept)}, {why}" if kept else "nothing is left"

    @contextmanager
    def _step(self, title: str) -> Iterator[Step]:
        with step(title) as running:
            yield running
        self.told.append(report.Told(title, running.seconds, running.outcome))

    def _give(self, tag: str, version: str, migration: str | None = None, *, starts: bool = True) -> str:
        """Load the demo at a version under a tag of the settings' image; one that does not start ends while Puma does."""
        reference = self._settings.release(tag)
        overlay = {_MIGRATION: (_MIGRATIONS / migration).read_text()} if migration else {}
        if not starts:
            overlay["config/puma.rb"] = f'raise "{_DEATH}"\n'
        if self._settings.target.on_machine:
            images.demo_on_machine(reference, version, overlay)
        else:
            images.demo_as(reference, version, overlay)
        return reference

    @staticmethod
    def _give_idle(idle: IdleImage) -> None:
        images.idle_as(idle.reference, idle.program, idle.port, idle.path)

    @staticmethod
    def _succeeded(run: Run) -> Run:
        if run.code != 0:
            raise StepFailed(f"pulumi failed:\n{_end(run)}", f"All of it is in {run.log}.")
        return run

    @staticmethod
    def _refused(run: Run, reason: str) -> Run:
        if run.code == 0 or reason not in run.text:
            happened = "succeeded" if run.code == 0 else f"failed without saying “{reason}”"
            raise StepFailed(f"pulumi should have failed, and {happened}:\n{_end(run)}", f"All of it is in {run.log}.")
        return run


def _end(run: Run) -> str:
    return "\n".join(run.text.rstrip().splitlines()[-LAST_LINES:])
