"""The image of the container that holds a pod's namespaces, made from Debian's static busybox; it also has a shell."""

import io
import json
import platform
import tarfile
from hashlib import sha256
from pathlib import Path

IMAGE = "railbed.sandbox/pause:1"
_BUSYBOX = Path("/bin/busybox")
_COMMANDS = ("sh", "sleep", "cat", "ls", "echo", "wget", "nslookup", "id", "touch", "stat", "env", "nc", "hostname")


def write_archive(archive: Path) -> None:
    """Write the image as an archive that `import_image` takes."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as files:
        program = tarfile.TarInfo("bin/busybox")
        program.size, program.mode = _BUSYBOX.stat().st_size, 0o755
        with _BUSYBOX.open("rb") as content:
            files.addfile(program, content)
        for command in _COMMANDS:
            link = tarfile.TarInfo(f"bin/{command}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            files.addfile(link)
    config = {
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": {"Entrypoint": ["/bin/busybox", "sleep", "infinity"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(layer.getvalue()).hexdigest()}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [IMAGE], "Layers": ["layer.tar"]}]
    contents = {"layer.tar": layer.getvalue()}
    contents |= {"config.json": json.dumps(config).encode(), "manifest.json": json.dumps(manifest).encode()}
    with tarfile.open(archive, "w") as image:
        for name, written in contents.items():
            file = tarfile.TarInfo(name)
            file.size = len(written)
            image.addfile(file, io.BytesIO(written))
