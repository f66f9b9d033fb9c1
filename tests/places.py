"""Where the tests find what is not theirs: the repository, the archive reader pywb, the folder of handed cases."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PYWB = REPOSITORY / ".venv-pywb" / "bin"
SHARED = REPOSITORY.parent / "shared"

WACZ = REPOSITORY / ".venv-wacz" / "bin" / "wacz"
"""py-wacz, in an environment of its own: it brings a whole validator of data packages."""

REPLAYWEBPAGE = REPOSITORY / ".replaywebpage" / "package"
"""ReplayWeb.page as npm packs it."""
