"""The app as a Space: fetches the models once, then serves until it is stopped."""

import os
from pathlib import Path

from configs.load import load_config
from flows.app.server import required_password, serve_app
from flows.models import pull_models

HOST, PORT, LARGEST_UPLOAD_MB = "0.0.0.0", 7860, 500  # noqa: S104 - what a Space listens on; there is a password
CONFIG = os.environ.get("MINUTES_CONFIG", "embedded")
OUT = Path("/data/minutes") if Path("/data").is_dir() else Path("minutes")


def main() -> None:
    """Serve the app."""
    required_password(HOST)  # before the models are fetched
    pull_models(load_config(CONFIG), print, "auto")
    serve_app(OUT, None, CONFIG, (), host=HOST, port=PORT, most_mb=LARGEST_UPLOAD_MB, say=print)


if __name__ == "__main__":
    main()
