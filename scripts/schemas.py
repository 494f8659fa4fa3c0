"""Write the JSON Schema of the config, as `doc_healing.config` generates it."""

import json
from pathlib import Path

from doc_healing import config

TARGET = Path(__file__).resolve().parents[1] / "src/doc_healing/schemas/doc-healing.schema.json"

if __name__ == "__main__":
    TARGET.write_text(json.dumps(config.schema(), indent=2) + "\n", "utf-8")
