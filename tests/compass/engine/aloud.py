"""What does another Python say to the same answers? Reads sets of answers, prints advices, byte for byte.

Needs nothing but Python and the engine. In: a JSON list of [key of a framework, [[question, code], …]]. Out: the
version of Python, then one JSON advice and one JSON what-if per set, in Dutch.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from compass.engine.advise import advise
from compass.engine.what_if import what_if
from tests.compass.engine.catalogue import load_translated

FOLDER = Path(__file__).resolve().parents[3] / "compass" / "frameworks"


def main():
    print(".".join(map(str, sys.version_info[:3])))
    frameworks = {}
    for key, pairs in json.load(sys.stdin):
        if key not in frameworks:
            source = (FOLDER / f"{key}.toml").read_text(encoding="utf-8")
            frameworks[key] = load_translated(source)
        answers = dict(pairs)
        print(json.dumps(advise(frameworks[key], answers).as_dict(), ensure_ascii=True))
        print(json.dumps(what_if(frameworks[key], answers).as_dict(), ensure_ascii=True))


if __name__ == "__main__":
    main()
