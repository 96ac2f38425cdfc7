"""How DATABASE_URL asks for a managed database: scheme and TLS options, by engine and adapter of Active Record."""

from urllib.parse import quote

from railbed.enums import MysqlAdapter

AUTHORITIES_FOLDER = "/railbed-database"
AUTHORITIES_FILE = "authorities.pem"
AUTHORITIES_PATH = f"{AUTHORITIES_FOLDER}/{AUTHORITIES_FILE}"
"""Where containers on Kubernetes find the certificates of the authorities that sign the database's."""

_POSTGRESQL = "postgresql"

_ENCRYPTED: dict[str, str] = {_POSTGRESQL: "sslmode=require", **dict.fromkeys(MysqlAdapter, "ssl_mode=required")}

_VERIFIED: dict[str, str] = {
    _POSTGRESQL: "sslmode=verify-full&sslrootcert=",
    MysqlAdapter.MYSQL2: "ssl_mode=verify_identity&sslca=",
    MysqlAdapter.TRILOGY: "ssl_mode=verify_identity&ssl_ca=",
}
"""What libpq, mysql2 and trilogy take; the path of the authorities' certificates follows.

https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
https://github.com/brianmario/mysql2/blob/master/lib/mysql2/client.rb
https://github.com/rails/rails/blob/main/activerecord/lib/active_record/connection_adapters/trilogy_adapter.rb
https://github.com/trilogy-libraries/trilogy/blob/main/contrib/ruby/ext/trilogy-ruby/cext.c
"""


def scheme_of(engine: str, adapter: MysqlAdapter | None) -> str:
    """The scheme of the URL, which also chooses the adapter of Active Record."""
    return _POSTGRESQL if engine == _POSTGRESQL else (adapter or MysqlAdapter.MYSQL2).value


def tls_options(scheme: str, authorities: str | None) -> str:
    """Parameters of the URL that encrypt; with the path of the authorities' certificates they verify the server too."""
    return _ENCRYPTED[scheme] if authorities is None else _VERIFIED[scheme] + quote(authorities)
