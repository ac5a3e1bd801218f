"""``python -m matricule.cli``, for environments where the package is only on the path."""

import sys

from matricule.cli import main

sys.exit(main())
