"""Names of users and databases that RDS refuses.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from railbed.enums import RdsEngine

LONGEST_MYSQL_USER = 16

KEYWORDS = frozenset(
    (
        *("all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check"),
        *("collate", "column", "constraint", "create", "current_catalog", "current_date", "current_role", "current_time"),
        *("current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except"),
        *("false", "fetch", "for", "foreign", "from", "grant", "group", "having", "in", "initially", "intersect", "into"),
        *("lateral", "leading", "limit", "localtime", "localtimestamp", "not", "null", "offset", "on", "only", "or", "order"),
        *("placing", "primary", "references", "returning", "select", "session_user", "some", "symmetric", "system_user"),
        *("table", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "when", "where"),
        *("window", "with"),
    )
)
"""Reserved words of PostgreSQL, which RDS takes for no name: https://www.postgresql.org/docs/current/sql-keywords-appendix.html"""

DATABASES = {
    RdsEngine.POSTGRESQL: frozenset({"rdsadmin", "template0", "template1"}),
    RdsEngine.MYSQL: frozenset({"information_schema", "innodb", "mysql", "performance_schema", "sys", "tmp"}),
}
"""Databases that every server has of its own."""


def check_sql_names(engine: RdsEngine, username: str, database: str) -> None:
    """Raise `ValueError` for names that RDS refuses."""
    if engine is RdsEngine.MYSQL and len(username) > LONGEST_MYSQL_USER:
        raise ValueError(f"username {username} has {len(username)} characters: MySQL on RDS allows {LONGEST_MYSQL_USER}")
    if username.startswith(("pg_", "rds")) or username in ("public", "none"):
        raise ValueError(f"username {username} is kept for the server's own: use another, such as app")
    if database in DATABASES[engine]:
        raise ValueError(f"database {database} is one of the server's own: use another name, such as app")
    for argument, name in (("username", username), ("database", database)):
        if name in KEYWORDS and engine is RdsEngine.POSTGRESQL:
            raise ValueError(f"{argument} {name} is a word of SQL, which RDS refuses: use another, such as app")
