"""Options of the DATABASE_URL of a managed database."""

from abc import abstractmethod

from railbed.enums import MysqlAdapter
from railbed.validation.arguments import Options
from railbed.validation.rules import rule


class DatabaseUrlOptions(Options):
    """Options of a managed database's URL."""

    adapter: MysqlAdapter | None = None
    """Adapter of Active Record that `url` asks for, of MySQL: mysql2 or trilogy, whichever gem the application has. Default
    mysql2."""
    verify_certificate: bool = False
    """Whether `url` makes clients verify that they talk to this database and not to somebody in between (sslmode=verify-full,
    ssl_mode=verify_identity), with the certificates of `authorities`. Default false: connections are encrypted only."""

    @property
    @abstractmethod
    def engine_name(self) -> str:
        """The engine, postgresql or mysql."""

    @rule
    def _adapter_is_of_the_engine(self) -> None:
        if self.adapter is not None and self.engine_name != "mysql":
            raise ValueError(f"adapter has no effect with engine {self.engine_name}: remove it, or set engine to mysql")
