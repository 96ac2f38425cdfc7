"""How the image is built: from the application's folder, with its Dockerfile or railbed's."""

from pathlib import Path

from railbed.image.registry import DOCKER_HUB_SERVERS
from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.dockerfile import PATH as DOCKERFILE
from railbed_stacks.application_files.dockerfile import DockerfileFacts
from railbed_stacks.application_files.place import Found, Place
from railbed_stacks.commands.init.draft import Draft, guess
from railbed_stacks.settings import REGISTRY_PASSWORD, Target

ON_ITS_OWN_REGISTRY = (Target.CLUSTER, Target.DOCKER)
"""Targets whose stack makes no registry."""
_DEFAULT_WORKDIR, _DEFAULT_USER = "/rails", 1000
_ARM = "arm64"


def decide_image(draft: Draft, files: ApplicationFiles, folder: str) -> None:
    """Build the image from the application's folder, seen from that of Pulumi.yaml."""
    draft.set("app.image.build", folder, guess("built by `pulumi up`; where CI builds, set `ref` to the image instead"))
    if all(part == ".." for part in Path(folder).parts):
        draft.note(
            "The Pulumi project is inside the application's folder: add it to .dockerignore, or its .venv and settings get "
            "into the image"
        )
    dockerfile, kamal = files.dockerfile, files.kamal
    if dockerfile is not None and files.dockerfile_path != DOCKERFILE:
        draft.set("app.image.dockerfile", files.dockerfile_path, Place(files.dockerfile_path))
    if draft.target in ON_ITS_OWN_REGISTRY:
        _decide_registry(draft, files)
    if kamal is not None:
        for variable in kamal.build_arguments:
            if variable.value is not None:
                draft.put(("app", "image", "build_args", variable.name), variable.value, variable.place)
            else:
                draft.note(f"Build argument {variable.name} is not written, as everybody could read it", variable.place)
        if kamal.architecture is not None and kamal.architecture.value == _ARM:
            _decide_platform(draft, kamal.architecture.place)
    secrets = [*(dockerfile.secret_mounts if dockerfile else [])]
    secrets += [Found(each.name, each.place) for each in (kamal.build_secrets if kamal else [])]
    for found in secrets:
        draft.note(
            f"The build is given secret {found.value}, which `pulumi up` cannot give: build in CI with `docker build --secret` "
            "and set app.image.ref instead of build",
            found.place,
        )
    if dockerfile is not None:
        _decide_user(draft, dockerfile, files.dockerfile_path)


def _decide_registry(draft: Draft, files: ApplicationFiles) -> None:
    kamal = files.kamal
    server, username = (kamal.registry_server, kamal.registry_username) if kamal else (None, None)
    name = kamal.image.value if kamal and kamal.image else None
    if server is not None and not server.value.startswith(("localhost", "127.")):
        draft.set("registry.server", server.value, server.place)
    elif kamal is not None and kamal.image is not None and server is None:
        draft.set("registry.server", DOCKER_HUB_SERVERS[0], guess("Docker Hub, as in Kamal"))
    else:
        draft.set("registry.server", "registry.example.com", guess("no file names one that the machines reach: change it"))
    if username is not None:
        draft.set("registry.username", username.value, username.place)
    else:
        draft.set("registry.username", "robot", guess("change it to the user that pushes the image"))
    if kamal is not None and kamal.image is not None and name is not None and name != draft.get("app.name"):
        draft.set("app.image.repository", name, kamal.image.place)
    draft.need(REGISTRY_PASSWORD, "password of railbed:registry")


def _decide_platform(draft: Draft, place: Place) -> None:
    if draft.target in (Target.DOKS, Target.EKS):
        draft.note(f"The image is built for linux/amd64, as the default nodes of target {draft.target.value} need it", place)
        return
    draft.set("app.image.platform", f"linux/{_ARM}", place)
    if draft.target is Target.ECS:
        draft.set("ecs.architecture", _ARM, place)


def _decide_user(draft: Draft, dockerfile: DockerfileFacts, path: str) -> None:
    workdir, user, uid = dockerfile.workdir, dockerfile.user, dockerfile.uid
    if workdir is not None and workdir.value.startswith("/") and workdir.value != _DEFAULT_WORKDIR:
        draft.set("app.workdir", workdir.value.rstrip("/"), workdir.place)
    if user is None or uid == 0:
        draft.note(
            "The image runs as root, which railbed never does: create a user in the Dockerfile, as in the one that Rails "
            "generates (useradd rails --uid 1000, USER 1000:1000)",
            user.place if user is not None else Place(path),
        )
    elif uid is not None and uid != _DEFAULT_USER:
        draft.set("app.user", uid, user.place)
    elif uid is None:
        draft.note(
            f"The number of user {user.value} is not in the Dockerfile: set app.user to it if it is not 1000", user.place
        )
    for volume in dockerfile.volumes:
        draft.note(
            f"VOLUME {volume.value}: an application has no volumes that last: keep uploads in object storage (Active Storage "
            "with S3), and name folders for passing files in app.web.writable_paths",
            volume.place,
        )
