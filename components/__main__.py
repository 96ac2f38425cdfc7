"""The program of the plugin."""

import sys

from pulumi.provider import main

from railbed.plugin import Components

if __name__ == "__main__":
    main(Components(), sys.argv[1:])
