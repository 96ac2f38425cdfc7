"""What is a secret although it stands in clear text, as its name or its form tells.

policies/clear_text.py is a copy of this file, as the policy pack has an environment of its own.
"""

import re
from collections.abc import Iterator, Sequence

_SECRET_NAME = re.compile(
    r"""
    (?: PASSWORD | PASSWD | PASSPHRASE | SECRETS? | TOKENS? | APIKEYS? | KEY_BASE | (?:^|_)CREDENTIALS? | (?:^|_)PASS | _PWD
      | (?:^|_)PEPPER | (?:^|_)SALT | REDISCLI_AUTH | BASIC_AUTH | AUTH_IDENT
      | (?:^|_)(?: API | ACCESS | SECRET | PRIVATE | MASTER | ENCRYPTION | ENCRYPTION_PRIMARY | DETERMINISTIC | SIGNING | CIPHER
          | HMAC | JWT | AUTH | LICENSE | ACCOUNT | SERVICE_ROLE | SHARED | SHARED_ACCESS | DEPLOY | ADMIN | SSH | WEBHOOK
          | INTEGRATION )_KEYS?
    )$
    """,
    re.VERBOSE,
)
_VARIANT = re.compile(
    r"(?:_(?:\d+|OLD|NEW|PREVIOUS|NEXT|LIVE|TEST|PROD|PRODUCTION|STAGING|PRIMARY|SECONDARY|BASE64|B64|JSON|PEM|VALUE))+$"
)
_PUBLIC_NAME = re.compile(r"(?:^|_)(?:PUBLIC|PUBLISHABLE|ANON|BROWSER|DUMMY)(?:_|$)|(?:^|_)(?:MAPS|SEARCH)_API_KEYS?$")
_COUNT_NAME = re.compile(r"(?:^|_)(?:MAX|MIN|LIMIT|COUNT)(?:_|$)")

_SWITCH = re.compile(r"|true|false|yes|no|on|off|enabled?|disabled?|none|null|[01]", re.IGNORECASE)
_REFERENCE = re.compile(
    r"""
      \$\([A-Za-z_]\w*\) | \$\{[A-Za-z_][^}]*\} | \$[A-Z][A-Z0-9_]{2,} | %\{\w+\} | <%=?[^%]*%> | \{\{[^}]*\}\}
    | arn:aws[a-z-]*:\S+ | (?: op | vault | awskms | gcpkms )://\S+ | vault:\S+ | projects/[^/\s]+/secrets/\S+
    | /(?: run | var | etc | rails | app | tmp | srv | opt | home | usr | mnt | root | secrets | vault )/\S*
    | (?:\.{0,2}/)?(?:[\w.-]+/)+[\w.-]+\.(?: pem | key | json | txt | crt | p12 | ya?ml | enc )
    """,
    re.VERBOSE,
)
"""Where a secret is, instead of the secret: a variable, a template, an ARN, a path."""

_URL_PASSWORD = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,31}://[^\s/?#@:]{0,256}:([^\s/@]{1,1024})@")
_ASSIGNMENT = re.compile(
    r"""(?:^|[\s;?&,{"'_-])(?:ssl)?(?:password|passwd|passphrase|pwd|account_?key|shared_?access_?key|client_?secret|secret_?key
    |secret_?access_?key|access_?token|auth_?token|api_?key|private_?key)["']?\s?[=:]\s?["']?([^\s"';&,}]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_TOKEN = re.compile(
    r"""
      -----BEGIN\ (?:[A-Z0-9]+\ )*PRIVATE\ KEY(?:\ BLOCK)?----- | AGE-SECRET-KEY-1\w+
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b
    | \b(?:ghp|gho|ghu|ghs|ghr)_\w{16,} | \bgithub_pat_\w{16,} | \bgl(?:pat|dt|rt|cbt|ptt|soat)-[\w-]{16,}
    | \bxox[abeoprs]-[\w-]{10,} | \bxapp-\d-[\w-]{10,} | \bhooks\.slack\.com/(?:services|workflows)/\w+/\w+
    | \bdiscord(?:app)?\.com/api/webhooks/\d+/[\w-]+
    | \b(?:sk|rk)_(?:live|test)_\w{8,} | \bwhsec_\w{16,} | \bshp(?:at|ca|pa|ss)_\w{16,} | \bsq0(?:atp|csp)-[\w-]{16,}
    | \bdo[opr]_v1_\w{16,} | \bSG\.[\w-]{16,}\.[\w-]{16,} | \bxkeysib-\w{16,} | \bkey-[0-9a-f]{32}\b
    | \bsk-(?:ant-|proj-|svcacct-)?[\w-]{20,} | \bhf_[A-Za-z]{30,} | \bnpm_[A-Za-z0-9]{30,} | \bpypi-[\w-]{30,}
    | \brubygems_[0-9a-f]{40,} | \bpul-[0-9a-f]{40} | \bhv[bs]\.[\w-]{20,} | \blin_api_\w{16,} | \bdp\.(?:pt|st)\.\S{16,}
    | (?i:\bbearer\ )[\w.~+/-]{16,}
    """,
    re.VERBOSE,
)
"""Keys and tokens by the beginnings that those who issue them have given them."""
_WEB_TOKEN = re.compile(r"\beyJ[\w-]{10,2048}\.eyJ[\w-]{10,2048}\.[\w-]{10,}")
_GEM_SERVER = re.compile(r"BUNDLE_(?!BUILD__|LOCAL__|MIRROR__|GEM__)[A-Z0-9_]+__\w+")
"""Bundler's credentials of a server of gems: BUNDLE_GEMS__EXAMPLE__COM."""


def secret_in_clear_text(name: str, value: str) -> str | None:
    """What makes a value a secret: its name or its form. None where it is none, or only says where a secret is."""
    if _SWITCH.fullmatch(value.strip()) or _REFERENCE.fullmatch(value.strip()):
        return None
    return form_of_secret(value, name) or ("has the name of a secret" if _is_secret(words_of(name), value) else None)


def form_of_secret(value: str, name: str = "") -> str | None:
    """What form of a secret a value has, whatever its name."""
    if any(not _stands_for_another(found) for found in _URL_PASSWORD.findall(value)):
        return "holds a URL with a password"
    if any(not _stands_for_another(found) for found in _ASSIGNMENT.findall(value)):
        return "holds a password or key"
    if _TOKEN.search(value) or (_WEB_TOKEN.search(value) and not _PUBLIC_NAME.search(words_of(name))):
        return "holds a token or private key"
    return None


def secrets_in_words(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The positions of secrets in the words of a command, and what makes each one: --password hunter2, TOKEN=hunter2."""
    for position, word in enumerate(words):
        name, assigned, value = word.partition("=")
        if assigned and re.fullmatch(r"-{0,2}[\w.-]+", name):
            named = None if _stands_for_another(value) else secret_in_clear_text(name.lstrip("-"), value)
            reason = named or form_of_secret(word)
        else:
            before = words[position - 1] if position else ""
            option = before.lstrip("-") if re.fullmatch(r"--?[A-Za-z][\w.-]+", before) and not word.startswith("-") else ""
            reason = secret_in_clear_text(option, word)
        if reason is not None:
            yield position, reason


def has_secret_name(name: str) -> bool:
    """Whether what has this name is a secret: STRIPE_SECRET_KEY, PGPASSWORD, dbPassword."""
    words = words_of(name)
    if _PUBLIC_NAME.search(words):
        return False
    return _SECRET_NAME.search(_VARIANT.sub("", words)) is not None or _GEM_SERVER.fullmatch(words) is not None


def words_of(name: str) -> str:
    """The words of a name as an environment variable has them: DB_PASSWORD for dbPassword, db-password, db.password."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^A-Za-z0-9_]+", "_", split).upper()


def _is_secret(words: str, value: str) -> bool:
    if _COUNT_NAME.search(words) and value.strip().isdecimal():
        return False
    return has_secret_name(words)


def _stands_for_another(value: str) -> bool:
    # A shell's command or variable, also in the midst of a line, where its end cannot be seen.
    begins = value.startswith(("$(", "${", "`", "<%")) or re.match(r"\$[A-Z]", value) is not None
    return begins or _SWITCH.fullmatch(value) is not None or _REFERENCE.fullmatch(value) is not None
