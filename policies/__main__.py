"""The policy pack: `pulumi preview --policy-pack policies` refuses what it forbids."""

from pulumi_policy import EnforcementLevel, PolicyPack

from data_stores import DATA_STORES_ARE_KEPT
from images import IMAGES_ARE_PINNED
from network import DATABASES_ARE_PRIVATE
from secret_values import SECRETS_ARE_NOT_IN_CLEAR_TEXT

PolicyPack(
    name="railbed",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[DATA_STORES_ARE_KEPT, SECRETS_ARE_NOT_IN_CLEAR_TEXT, IMAGES_ARE_PINNED, DATABASES_ARE_PRIVATE],
)
