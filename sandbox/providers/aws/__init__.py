"""The stand-in for AWS: what moto knows is made in a moto of the sandbox's own, everything else is written down."""
