"""Whether a database accepts as many connections as an application may open."""

from railbed.description.app import App


def check_connections(app: App, accepted: int, found: str, mend: str, reserved: int = 0) -> None:
    """Raise `ValueError` if the parts of an application could find no connection left while a release replaces another.

    `found` is the setting that decides and its value, `mend` how to make it accept a number. `reserved` are kept for
    administrators.
    """
    parts = app.connections() | ({"administrators": reserved} if reserved else {})
    needed = sum(parts.values())
    if needed > accepted:
        listed = ", ".join(f"{name} {count}" for name, count in parts.items())
        raise ValueError(
            f"{found}, but {needed} may be open during a rollout ({listed}): {mend.format(needed)}, or lower replicas, "
            "threads or concurrency"
        )
