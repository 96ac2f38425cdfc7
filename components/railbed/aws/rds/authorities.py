"""The authorities that sign the certificates of RDS' servers, which no image and no operating system trusts by itself."""

import re
from functools import cache
from importlib import resources

_OF_REGION = re.compile(r"^# ([a-z0-9-]+)\n((?:[^#\n].*\n)+)", re.MULTILINE)


@cache
def _authorities() -> dict[str, str]:
    text = resources.files("railbed.aws.rds").joinpath("authorities.pem").read_text()
    return dict(_OF_REGION.findall(text))


def authorities_of(region: str) -> str:
    """The certificates of a region's authorities in PEM, whichever of them signs a server's.

    Raises `ValueError` for a region of which none are known here.
    """
    if region not in _authorities():
        raise ValueError(
            f"verify_certificate: railbed does not have the certificates of RDS in {region}: put "
            "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem into the image and name its path in "
            "authorities_path"
        )
    return _authorities()[region]
