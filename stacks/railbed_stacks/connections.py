"""Whether a database accepts as many connections as an application may open."""

from railbed.description.app import App


def check_connections(app: App, accepted: int, found: str, mend: str, *, databases: int, reserved: int = 0) -> None:
    """Raise `ValueError` if the parts of an application could find no connection left while a release replaces another.

    `found` is the setting that decides and its value, `mend` how to make it accept a number. `databases` of the application
    are on the server, and `reserved` connections are kept for administrators.
    """
    parts = app.connections(databases) | ({"administrators": reserved} if reserved else {})
    needed = sum(parts.values())
    if needed > accepted:
        listed = ", ".join(f"{name} {count}" for name, count in parts.items())
        listed += f"; each has a pool for each of {databases} databases" if databases > 1 else ""
        raise ValueError(
            f"{found}, but {needed} may be open during a rollout ({listed}): {mend.format(needed)}, or lower replicas, "
            "threads or concurrency"
        )
