"""`python -m sandbox`: see command_line. This file and requirements run on any Python 3, without packages."""

import sys

from sandbox import requirements

problem = requirements.missing()
if problem:
    sys.exit(problem)

from sandbox.command_line import main  # noqa: E402 - fails where packages are missing

sys.exit(main())
