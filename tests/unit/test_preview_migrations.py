"""Which migrations the running code or a busy table does not survive, and which are harmless.

What is right and wrong is what strong_migrations documents: https://github.com/ankane/strong_migrations#checks
"""

import pytest

from railbed_stacks.commands.preview.migrations.finding import Danger, Finding
from railbed_stacks.commands.preview.migrations.ruby import parse_migration
from railbed_stacks.commands.preview.migrations.rules import findings_of

BREAKS, BLOCKS, FAILS, LOSES, UNKNOWN = Danger.BREAKS, Danger.BLOCKS, Danger.FAILS, Danger.LOSES, Danger.UNKNOWN


def migration(body: str, *, outside: str = "") -> str:
    return f"class Change < ActiveRecord::Migration[8.1]\n{outside}\n  def change\n{body}\n  end\nend\n"


def judged(body: str, *, outside: str = "", postgresql: bool = True) -> list[Finding]:
    return findings_of(parse_migration(migration(body, outside=outside)), postgresql=postgresql)


@pytest.mark.parametrize(
    ("body", "danger", "what"),
    [
        ("remove_column :users, :name", BREAKS, "removes the column users.name"),
        ("remove_column(:users, :name, :string)", BREAKS, "removes the column users.name"),
        ("remove_columns :users, :first, :last", BREAKS, "removes users.first, users.last"),
        ("change_table(:users) { |t| t.remove :first, :last }", BREAKS, "removes users.first, users.last"),
        ("change_table :users, bulk: true do |table|\n table.remove :name\n end", BREAKS, "removes users.name"),
        ("remove_reference :users, :city", BREAKS, "removes users.city_id"),
        ("remove_belongs_to :users, :city", BREAKS, "removes users.city_id"),
        ("remove_timestamps :users", BREAKS, "removes users.created_at, users.updated_at"),
        ("rename_column :users, :name, :title", BREAKS, "renames the column users.name to title"),
        ("change_table(:users) { |t| t.rename :name, :title }", BREAKS, "renames the column users.name to title"),
        ("rename_table :users, :customers", BREAKS, "renames the table users to customers"),
        ('rename_enum_value :status, from: "done", to: "completed"', BREAKS, "renames a value of the enum status"),
        ("rename_schema :users, :customers", BREAKS, "renames the schema users"),
        ("drop_table :users", LOSES, "drops users with all rows"),
        ("drop_table :users do |t|\n t.string :name\n end", LOSES, "drops users with all rows"),
        ("drop_join_table :users, :cities", LOSES, "drops users, cities with all rows"),
        ("create_table :users, force: true do |t|\n t.string :a\n end", LOSES, "drops the table users if it exists (`force`)"),
        ("create_table :users, force: :cascade", LOSES, "drops the table users if it exists (`force`)"),
        ("add_column :users, :name, :string, null: false", BREAKS, "adds users.name as NOT NULL without a default"),
        ("change_table(:users) { |t| t.string :name, null: false }", BREAKS, "adds users.name as NOT NULL without a default"),
        (
            "add_column :users, :name, :string, null: false, default: nil",
            BREAKS,
            "adds users.name as NOT NULL without a default",
        ),
        ("add_timestamps :users", BREAKS, "adds users.created_at and updated_at as NOT NULL without a default"),
        ("add_column :users, :data, :json", BREAKS, "adds the column users.data of type json"),
        ("add_column :users, :number, :bigserial", BLOCKS, "adds the column users.number, which counts up"),
        (
            'add_column :users, :key, :uuid, default: "gen_random_uuid()"',
            BLOCKS,
            "adds the column users.key with a default that is computed for each row",
        ),
        (
            'add_column :users, :full, :virtual, type: :string, as: "a || b", stored: true',
            BLOCKS,
            "adds the stored generated column users.full",
        ),
        ("change_column :users, :age, :bigint", BLOCKS, "changes the type of users.age to bigint"),
        ("change_table(:users) { |t| t.change :age, :bigint }", BLOCKS, "changes the type of users.age to bigint"),
        ("change_column :users, :name, :string, limit: 10", BLOCKS, "changes the type of users.name to string"),
        ("change_column_null :users, :name, false", BLOCKS, "makes users.name NOT NULL"),
        ('change_column_null :users, :name, false, "none"', BLOCKS, "fills all rows of users.name with one UPDATE"),
        ("add_index :users, :name", BLOCKS, "adds an index to users.name"),
        ("add_index :users, %i[first last], unique: true", BLOCKS, "adds an index to users.first, users.last"),
        ("change_table(:users) { |t| t.index [:first, :last] }", BLOCKS, "adds an index to users.first, users.last"),
        ("add_reference :users, :city", BLOCKS, "adds the reference users.city with an index"),
        ("add_belongs_to :users, :city", BLOCKS, "adds the reference users.city with an index"),
        ("change_table(:users) { |t| t.references :city }", BLOCKS, "adds the reference users.city with an index"),
        ("add_reference :users, :city, null: false", BREAKS, "adds users.city_id as NOT NULL without a default"),
        (
            "add_reference :users, :city, index: false, foreign_key: true",
            BLOCKS,
            "adds the reference users.city with a foreign key",
        ),
        ("add_foreign_key :users, :cities", BLOCKS, "adds a foreign key from users to cities"),
        ('add_check_constraint :users, "age > 0", name: "age"', BLOCKS, "adds a check to users"),
        ("add_unique_constraint :users, :name", BLOCKS, "adds a unique constraint to users.name"),
        (
            'add_exclusion_constraint :users, "number WITH =", using: :gist',
            BLOCKS,
            "adds an exclusion constraint to users",
        ),
        ('User.update_all name: "none"', BLOCKS, "changes all rows at once (`User.update_all`)"),
        ("User.where(name: nil).delete_all", BLOCKS, "changes all rows at once (`User.where(name: nil).delete_all`)"),
        ('execute "SELECT do_it()"', UNKNOWN, "runs SQL"),
        ('execute "ALTER TABLE users DROP COLUMN name"', BREAKS, "removes a column (SQL)"),
        ("execute <<~SQL\n  DROP TABLE users;\nSQL", LOSES, "drops a table (SQL)"),
        (
            "execute <<~SQL\n  CREATE UNIQUE INDEX a ON users (name);\nSQL",
            BLOCKS,
            "adds an index that is not built concurrently (SQL)",
        ),
        ('execute "ALTER TABLE users ALTER COLUMN name SET NOT NULL"', BLOCKS, "makes a column NOT NULL (SQL)"),
        ('execute "ALTER TABLE users RENAME COLUMN name TO title"', BREAKS, "renames a column or table (SQL)"),
        ("revert CreateUsers", UNKNOWN, "undoes CreateUsers"),
        ("revert { create_table :users }", UNKNOWN, "undoes what is in a block"),
        ("reversible do |dir|\n dir.up { remove_column :users, :name }\n end", BREAKS, "removes the column users.name"),
    ],
)
def test_what_is_not_safe_is_named(body: str, danger: Danger, what: str) -> None:
    (finding,) = judged(body)
    assert (finding.danger, finding.what) == (danger, what)
    assert finding.why
    assert finding.remedy
    assert finding.line >= 4


@pytest.mark.parametrize(
    "body",
    [
        "create_table :users do |t|\n t.string :name, null: false\n t.references :city\n t.index :name\n end",
        "create_table :users\nadd_index :users, :name\nadd_foreign_key :users, :cities",
        "create_table :users, force: false",
        "add_column :users, :name, :string",
        'add_column :users, :name, :string, null: false, default: "none"',
        "add_column :users, :data, :jsonb",
        'add_column :users, :made, :datetime, default: -> { "now()" }',
        "add_timestamps :users, null: true",
        "change_table(:users) { |t| t.string :name }",
        'change_column_default :users, :name, from: nil, to: "none"',
        "change_column :users, :name, :text",
        "change_column_null :users, :name, true",
        "add_reference :users, :city, index: false",
        "add_reference :users, :city, index: false, foreign_key: { validate: false }",
        "add_foreign_key :users, :cities, validate: false",
        "validate_foreign_key :users, :cities",
        'add_check_constraint :users, "age > 0", name: "age", validate: false',
        'add_unique_constraint :users, using_index: "index_users_on_name"',
        "User.in_batches.update_all name: 1",
        "User.unscoped.in_batches(of: 1000) do |relation|\n relation.update_all name: 1\n end",
        "User.reset_column_information",
        'execute "SET lock_timeout = 5000"',
        'execute "CREATE EXTENSION IF NOT EXISTS pgcrypto"',
        "remove_index :users, :name",
        "reversible do |dir|\n dir.down { remove_column :users, :name }\n end",
        'say_with_time("remove_column :users, :name") { add_column :users, :age, :integer }',
        "# remove_column :users, :name",
    ],
)
def test_what_is_safe_is_not_objected_to(body: str) -> None:
    assert judged(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "add_index :users, :name, algorithm: :concurrently",
        "remove_index :users, :name, algorithm: :concurrently",
        "add_reference :users, :city, index: { algorithm: :concurrently }",
        "change_table(:users) { |t| t.index :name, algorithm: :concurrently }",
    ],
)
def test_what_is_done_concurrently_needs_no_transaction(body: str) -> None:
    (finding,) = judged(body)
    assert finding.danger is FAILS
    assert judged(body, outside="  disable_ddl_transaction!") == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("add_index :users, :name", None),
        ("add_reference :users, :city", None),
        ("change_column_null :users, :name, false", None),
        ("add_column :users, :data, :json", None),
        ("add_index :users, :name, algorithm: :concurrently", None),
        ("add_index :users, :name, algorithm: :copy", "`copy` lets writes wait"),
        ("add_index :users, :name, lock: :exclusive", "`exclusive` lets writes wait"),
        ('add_column :users, :made, :datetime, default: -> { "(now())" }', "the whole table is written anew: writes wait"),
        ("change_column :users, :name, :text", "the whole table is written anew: writes wait"),
        ("add_foreign_key :users, :cities, validate: false", "writes to both tables wait while every row is checked"),
        (
            "remove_column :users, :name",
            "Active Record keeps the columns that it read at its start, and goes on using them",
        ),
    ],
)
def test_mysql_waits_for_other_things(body: str, what: str | None) -> None:
    assert [finding.why for finding in judged(body, postgresql=False)] == ([what] if what else [])


def test_the_way_down_is_not_judged() -> None:
    up, down = "def up\n  add_column :a, :b, :text\n end", "def down\n  drop_table :a\n end"
    source = f"class A < ActiveRecord::Migration[8.1]\n {up}\n {down}\nend"
    assert findings_of(parse_migration(source)) == []


def test_what_somebody_declared_safe_says_so() -> None:
    (finding,) = judged("safety_assured { remove_column :users, :name }")
    assert finding.assured
    (other,) = judged("safety_assured { add_column :a, :b, :text }\nremove_column :users, :name")
    assert not other.assured


def test_a_finding_has_the_line_that_it_is_in() -> None:
    assert [finding.line for finding in judged("add_column :a, :b, :text\n\nremove_column :a, :c\ndrop_table :d")] == [6, 7]


def test_ruby_that_cannot_be_read_is_said() -> None:
    (finding,) = findings_of(parse_migration("class A < ActiveRecord::Migration[8.1]\n def change(\n  add_column"))
    assert finding.danger is UNKNOWN
    assert finding.what == "has Ruby that could not be parsed"


def test_each_thing_of_a_migration_is_named() -> None:
    found = judged("change_table :users do |t|\n t.remove :a\n t.string :b, null: false\n t.index :b\n end")
    assert [each.danger for each in found] == [BREAKS, BREAKS, BLOCKS]
