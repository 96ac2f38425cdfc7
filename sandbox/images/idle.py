"""An image in place of one that cannot be had here: it starts, answers health checks, and does nothing."""

from pathlib import Path

from sandbox.images.oci import File, Image, layer_of_files

_BUSYBOX = Path("/bin/busybox")


def idle_image(reference: str, program: str, port: int, path: str) -> Image:
    """An image whose `program`, in its root folder, answers a path on a port."""
    script = f"#!/bin/busybox sh\nexec /bin/busybox httpd -f -p {port} -h /answers\n"
    files = {
        "bin/busybox": File(_BUSYBOX.read_bytes(), 0o755),
        program: File(script.encode(), 0o755),
        f"answers/{path.strip('/')}": File(b"idle\n"),
    }
    return Image(reference, [layer_of_files(files)], {"WorkingDir": "/", "Entrypoint": [f"/{program}"]})
