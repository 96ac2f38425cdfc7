"""Images that cannot run: without a shell, and with programs of another processor."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox import cluster
from sandbox.images import File, Image, layer_of_files, write_archive

WITHOUT_SHELL = "railbed.sandbox/without-shell:1"
OTHER_PROCESSOR = "railbed.sandbox/other-processor:1"

ARM_PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00\x01" + bytes(43)
"""The head of a program for 64-bit ARM."""


def load() -> None:
    """Give the cluster both images."""
    configuration = {"Env": ["PATH=/bin"], "WorkingDir": "/", "Entrypoint": ["/bin/server"]}
    images = [
        Image(WITHOUT_SHELL, [layer_of_files({"bin/server": File(b"nothing", 0o755)})], configuration),
        Image(OTHER_PROCESSOR, [layer_of_files({"bin/sh": File(ARM_PROGRAM, 0o755)})], configuration),
    ]
    with TemporaryDirectory() as directory:
        archive = Path(directory) / "images.tar"
        write_archive(archive, images)
        cluster.import_image(archive)
