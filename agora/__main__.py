"""`python -m agora`: the same as the `agora` command."""

import sys

from agora.cli import main

sys.exit(main())
