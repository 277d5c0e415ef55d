"""Lays out recordings with references beside them, for `minutes evaluate` and `minutes compare`.

`python benchmarks/as_references.py samples OUT`: the sample meetings with their words, turns, tasks and decisions.
`python benchmarks/as_references.py speech OUT --speech FOLDER --sets NAME...`: what `recognition.py` hears of a folder with a
refs.jsonl, each set one recording. Beside it lies a sidecar with its date, since the sound has none.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent))
from recognition import read_recordings

from tasks.audio.levels import write_wav
from tasks.language.clock import stamp

SAMPLES = Path(__file__).parent.parent / "sample_audio"


def main() -> None:
    """Fill the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("samples", "speech"))
    parser.add_argument("out", type=Path)
    parser.add_argument("--speech", type=Path, default=Path("../shared/data/speech"), help="folder with refs.jsonl")
    parser.add_argument("--sets", nargs="*", default=(), help="folders under it; all without")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.what == "samples":
        for truth in sorted(SAMPLES.glob("*.truth.json")):
            lay_out_sample(json.loads(truth.read_text(encoding="utf-8")), asked.out)
    else:
        lay_out_speech(asked.speech, asked.sets, asked.out)


def lay_out_sample(truth: dict[str, Any], out: Path) -> None:
    """A sample meeting with what is known of it."""
    recording = SAMPLES / truth["recording"]
    for path in (recording, *SAMPLES.glob(f"{recording.stem}.meta.yaml")):
        shutil.copy(path, out / path.name)
    cues = [
        f"{stamp(turn['start_s'], '.')} --> {stamp(turn['end_s'], '.')}\n<v {turn['speaker']}>{turn['text']}\n"
        for turn in truth["turns"]
    ]
    (out / f"{recording.stem}.ref.vtt").write_text("\n".join(["WEBVTT\n", *cues]), encoding="utf-8")
    items = {
        "language": truth["language"],
        "tasks": [
            {"task": item["task"], "owner": item["owner"], "due": item["due_date"], "at": at(item)}
            for item in truth["action_items"]
        ],
        "decisions": [{"decision": item["text"], "at": at(item)} for item in truth["decisions"]],
    }
    text = yaml.safe_dump(items, allow_unicode=True, sort_keys=False)
    (out / f"{recording.stem}.ref.yaml").write_text(text, encoding="utf-8")


def at(item: dict[str, Any]) -> str:
    """When something was said."""
    return f"{item['start_s']}-{item['end_s']}"


def lay_out_speech(folder: Path, sets: list[str], out: Path) -> None:
    """Each set as one recording, with its words."""
    for recording in read_recordings(folder, sets):
        write_wav(out / f"{recording.name}.wav", recording.sound[np.newaxis])
        (out / f"{recording.name}.ref.txt").write_text(" ".join(recording.said) + "\n", encoding="utf-8")
        (out / f"{recording.name}.ref.yaml").write_text(f"language: {recording.language}\n", encoding="utf-8")
        (out / f"{recording.name}.meta.yaml").write_text("recorded_at: 2026-03-02\n", encoding="utf-8")


if __name__ == "__main__":
    main()
