"""`python -m sandbox`: see command_line."""

import sys

from sandbox.command_line import main

sys.exit(main())
