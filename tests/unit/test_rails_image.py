"""RailsImage: what Docker is asked to build, under which tag, and what is refused before it is asked."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from railbed import InvalidArguments, RailsImage
from tests.unit.recording import HIDDEN, Deployment, record
from tests.unit.samples import RAILS

REPOSITORY = "registry.example.com/shop"
Edit = Callable[..., None]


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application outside git, beside the program's folder, in which we are."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "Gemfile.lock").write_text((RAILS / "Gemfile.lock").read_text())
    (folder / "config.ru").write_text("run Rails.application\n")
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path / "deploy")
    return folder


@pytest.fixture
def committed(app: Path) -> Path:
    """The same with one commit."""
    git(app, "init", "--quiet")
    commit(app, "first")
    return app


def commit(app: Path, message: str) -> str:
    git(app, "add", "--all")
    git(app, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(app, "rev-parse", "HEAD")


def built(**arguments: Any) -> Deployment:
    complete: Any = {"build": "../shop", "repository": REPOSITORY, **arguments}
    return record(lambda: RailsImage("shop", complete))


def tag(**arguments: Any) -> str:
    return str(built(**arguments).result["tag"])


def test_docker_is_asked_for_exactly_this(committed: Path) -> None:
    deployed = built(username="robot", password="hunter2-pass")
    head = git(committed, "rev-parse", "HEAD")
    assert deployed.the("Image").inputs == {
        "imageName": f"{REPOSITORY}:{head[:12]}",
        "build": {
            "context": "../shop",
            "dockerfile": ".railbed/shop.Dockerfile",
            "platform": "linux/amd64",
            "args": {"BUILDKIT_INLINE_CACHE": "1"},
        },
        "buildOnPreview": False,
        "skipPush": False,
        "registry": {"server": "registry.example.com", "username": "robot", "password": "hunter2-pass"},
    }
    assert deployed.the("Image").visible["registry"]["password"] == HIDDEN, "the password would be readable in the state"
    assert deployed.result == {
        "ref": f"{REPOSITORY}@sha256:4f5c",
        "digest": "sha256:4f5c",
        "tag": head[:12],
        "tagged_ref": f"{REPOSITORY}:{head[:12]}",
    }
    assert deployed.the("Image").parent == "shop"


def test_without_credentials_those_of_docker_login_are_used(app: Path) -> None:
    assert "registry" not in built().the("Image").inputs


def test_a_preview_shows_the_tag_and_no_digest(committed: Path) -> None:
    seen: list[Any] = []

    def program() -> None:
        image = RailsImage("shop", {"build": "../shop", "repository": REPOSITORY})
        image.tagged_ref.apply(seen.append)
        image.ref.apply(lambda ref: seen.append(f"digest {ref}"))

    record(program, preview=True)
    assert seen == [f"{REPOSITORY}:{git(committed, 'rev-parse', 'HEAD')[:12]}"], "the digest is known only once it is pushed"


def test_the_repository_may_be_made_in_the_same_run(app: Path) -> None:
    def program() -> None:
        repository = pulumi.Output.from_input("123.dkr.ecr.eu-central-1.amazonaws.com/shop")
        RailsImage("shop", {"build": "../shop", "repository": repository, "username": "AWS", "password": "p"})

    image = record(program).the("Image")
    assert image.at("imageName").startswith("123.dkr.ecr.eu-central-1.amazonaws.com/shop:")
    assert image.at("registry.server") == "123.dkr.ecr.eu-central-1.amazonaws.com"


def test_every_commit_has_a_tag(committed: Path) -> None:
    first = tag()
    second = commit(committed, "second")
    assert tag() == second[:12] != first


@pytest.mark.parametrize(
    ("change", "visible"),
    [
        (lambda app: (app / "config.ru").write_text("changed"), True),
        (lambda app: (app / "new.rb").write_text("untracked"), True),
        (lambda app: (app / "config.ru").unlink(), True),
        (lambda app: (app / "config.ru").chmod(0o755), True),
        (lambda app: (app / "local.yml").write_text("in .gitignore, yet in the image"), True),
        (lambda app: (app / "log").mkdir() or (app / "log/production.log").write_text("not in the image"), False),
        (lambda app: (app / "tmp").mkdir() or (app / "tmp/cache").mkdir() or (app / "tmp/cache/a").write_text("a"), False),
    ],
    ids=["changed", "new", "removed", "mode", "ignored-by-git", "ignored-by-docker", "folder-ignored-by-docker"],
)
def test_what_is_not_committed_is_visible_in_the_tag(committed: Path, change: Callable[[Path], Any], visible: bool) -> None:
    (committed / ".gitignore").write_text("local.yml\n")
    head = commit(committed, "ignore")[:12]
    assert tag() == head
    change(committed)
    assert tag().startswith(f"{head}-dirty-") is visible
    assert (tag() == head) is not visible


def test_each_uncommitted_content_has_a_tag_of_its_own_and_the_same_one_again(committed: Path) -> None:
    (committed / "config.ru").write_text("one")
    one = tag()
    (committed / "config.ru").write_text("two")
    two = tag()
    assert one != two
    (committed / "config.ru").write_text("one")
    assert tag() == one


def test_an_application_in_a_folder_of_a_repository_is_changed_only_by_its_own_files(committed: Path) -> None:
    repository = committed.parent
    (committed / ".git").rename(repository / ".git")
    head = commit(repository, "moved")[:12]
    (repository / "README.md").write_text("of something else")
    assert tag() == head
    (committed / "config.ru").write_text("changed")
    assert tag().startswith(f"{head}-dirty-")


def test_outside_git_the_tag_is_the_contents(app: Path) -> None:
    before = tag()
    assert len(before) == 12
    assert int(before, 16) >= 0
    (app / "config.ru").write_text("changed")
    assert tag() != before


def test_arguments_that_make_another_image_make_another_tag(committed: Path) -> None:
    plain = tag()
    others = {
        tag(platform="linux/arm64"),
        tag(build_args={"COLOUR": "green"}),
        tag(base_image=f"docker.io/library/ruby:3.3.4-slim@sha256:{'1' * 64}"),
        tag(base_image=f"docker.io/library/ruby:3.3.4-slim@sha256:{'2' * 64}"),
    }
    assert len(others) == 4, "a registry whose tags never move would refuse the second image"
    assert all(other.startswith(f"{plain}-") for other in others)
    assert tag(platform="linux/amd64", cache=False) == plain


def test_layers_are_taken_from_the_images_of_the_last_commits(committed: Path) -> None:
    commits = [git(committed, "rev-parse", "HEAD"), *(commit(committed, f"number {number}") for number in range(4))]
    newest_first = [f"{REPOSITORY}:{each[:12]}" for each in reversed(commits)]
    assert built().the("Image").at("build.cacheFrom.images") == newest_first[1:4]
    (committed / "config.ru").write_text("changed")
    assert built().the("Image").at("build.cacheFrom.images") == newest_first[:4]
    assert built(cache=False).the("Image").at("build.cacheFrom") is None


def test_labels_tell_where_an_image_comes_from(committed: Path) -> None:
    git(committed, "remote", "add", "origin", "https://robot:hunter2-pass@git.example.com/acme/shop.git")
    built()
    written = Path(".railbed/shop.Dockerfile").read_text()
    head = git(committed, "rev-parse", "HEAD")
    assert f'LABEL org.opencontainers.image.revision="{head}"' in written
    assert f'LABEL org.opencontainers.image.version="{head[:12]}"' in written
    assert 'LABEL org.opencontainers.image.source="https://git.example.com/acme/shop"' in written
    assert "hunter2-pass" not in written


@pytest.mark.parametrize("remote", ["git@git.example.com:acme/shop.git", "ssh://git@git.example.com:2222/acme/shop.git"])
def test_the_source_of_an_image_can_be_opened_in_a_browser(committed: Path, remote: str) -> None:
    git(committed, "remote", "add", "origin", remote)
    built()
    assert 'source="https://git.example.com/acme/shop"' in Path(".railbed/shop.Dockerfile").read_text()


def test_the_applications_own_dockerfile_is_built_as_it_is(app: Path) -> None:
    (app / "Dockerfile").write_text("# syntax=docker/dockerfile:1\nFROM ruby AS web\nFROM ruby AS test\n")
    built(target="web")
    written = Path(".railbed/shop.Dockerfile").read_text().splitlines()
    assert written[:5] == ["# syntax=docker/dockerfile:1", "FROM ruby AS web", "FROM ruby AS test", "", "FROM web"]
    assert all(line.startswith("LABEL ") for line in written[5:])


def test_what_is_written_to_build_with_is_in_no_repository_and_no_image(app: Path) -> None:
    built()
    assert Path(".railbed/.gitignore").read_text() == "*\n"
    assert "**/.railbed" in Path(".railbed/shop.Dockerfile.dockerignore").read_text().splitlines()


def test_the_applications_own_ignore_file_counts_also_for_railbeds_dockerfile(app: Path) -> None:
    (app / ".dockerignore").write_text("# comment\n\nspec\n!spec/keep\n")
    built()
    lines = Path(".railbed/shop.Dockerfile.dockerignore").read_text().splitlines()
    assert lines[-2:] == ["spec", "!spec/keep"]
    assert ".git" in lines
    assert "config/*.key" not in lines, "what the application wrote is all that counts"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"build": "../shopp"}, "build: found '../shopp'; there is no such folder, seen from "),
        ({"repository": "shop"}, "repository 'shop' does not begin with a registry: write registry.example.com/shop"),
        ({"repository": f"{REPOSITORY}:1"}, "should be in lower case, without a tag: railbed makes the tag"),
        ({"username": "robot"}, "password is missing: specify both, or neither to use what `docker login` has kept"),
        ({"build_args": {"RAILS_MASTER_KEY": "x"}}, "build_args.RAILS_MASTER_KEY looks like a secret"),
        ({"build_args": {"BUNDLE_GEMS__EXAMPLE__COM": "x"}}, "build in CI with `docker build --secret`"),
        ({"build_args": {"MIRROR": "https://me:hunter2-pass@gems.example.com"}}, "build_args.MIRROR looks like a secret"),
        ({"dockerfile": "docker/Dockerfile"}, "dockerfile: there is no docker/Dockerfile in ../shop"),
        ({"target": "web"}, "target 'web': there is no Dockerfile in ../shop that could have it"),
        ({"platform": "linux/mips"}, "platform: found 'linux/mips'; it should be 'linux/amd64' or 'linux/arm64'"),
        ({"app_server": "unicorn"}, "Gemfile.lock has no unicorn: run `bundle add unicorn`, or choose another server"),
        (
            {"overrides": {"image": {"image_nam": "x"}}},
            "overrides of image do not know image_nam: did you mean image_name?",
        ),
        ({"base_image": "ruby:latest"}, "name a tag other than latest, or a digest"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_made(app: Path, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArguments, match="nothing has been changed") as raised:
        built(**arguments)
    assert sentence in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert not Path(".railbed").exists()


def test_an_output_is_no_build_argument(app: Path) -> None:
    def program() -> None:
        hidden: Any = pulumi.Output.secret("hunter2-pass")
        RailsImage("shop", {"build": "../shop", "repository": REPOSITORY, "build_args": {"A": hidden}})

    with pytest.raises(InvalidArguments, match=r"build_args\.A: found a Pulumi output; it should be"):
        record(program)


@pytest.mark.parametrize("secret", ["config/master.key", "config/credentials/production.key", ".env", ".env.production"])
def test_files_with_secrets_are_kept_out_of_the_image(app: Path, secret: str) -> None:
    (app / secret).parent.mkdir(parents=True, exist_ok=True)
    (app / secret).write_text("hunter2-pass")
    (app / ".env.example").write_text("of no use to anybody")
    built()
    assert not {secret} & taken(app), "without a .dockerignore, railbed's leaves them out"
    (app / ".dockerignore").write_text("log/*\n")
    with pytest.raises(InvalidArguments) as raised:
        built()
    assert f"{secret} would be copied into the image" in str(raised.value)
    assert f"add to ../shop/.dockerignore the lines: {secret}" in str(raised.value)
    assert "hunter2" not in str(raised.value)
    (app / ".dockerignore").write_text(f"{secret}\n")
    built()


def test_settings_of_yarn_that_the_build_needs_are_not_left_out_without_a_word(app: Path) -> None:
    (app / ".yarnrc.yml").write_text("npmAuthToken: hunter2-pass\n")
    with pytest.raises(InvalidArguments, match=r"\.yarnrc\.yml is left out of the build, which needs it") as raised:
        built()
    assert "hunter2" not in str(raised.value)
    (app / ".yarnrc.yml").write_text("npmAuthToken: ${NPM_TOKEN:-}\n")
    built()


def taken(app: Path) -> set[str]:
    from railbed.image.build_context import BuildContext

    return set(BuildContext.of(app, None).files())


def test_a_folder_that_git_refuses_to_read_is_no_release_by_its_hash(committed: Path) -> None:
    (committed / ".git" / "config").write_text("broken [")
    with pytest.raises(InvalidArguments, match="git does not tell the revision"):
        built()
