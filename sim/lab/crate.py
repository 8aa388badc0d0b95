"""``ro-crate-metadata.json``: a results folder described as an RO-Crate, for repositories and other tools.

Written last, from the manifest: what the folder is about, its tables with sizes and checksums, the
scenarios and the study they came of, and the run of clusterlab that made them.  Under which licence the
results may be used is for whoever publishes them to say, so none stands there.

Source: RO-Crate 1.1 (Soiland-Reyes and others 2022), https://w3id.org/ro/crate/1.1
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sim.lab.options import MANIFEST
from sim.lab.plain import write_json
from sim.lab.proof import FILES, fingerprints

CRATE = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.1"
RUN, PROGRAM = "#run", "#clusterlab"
FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".yaml": "application/yaml",
}
ENDED = {
    "done": "CompletedActionStatus",
    "failed": "FailedActionStatus",
    "running": "ActiveActionStatus",
    "interrupted": "FailedActionStatus",
}

Entity = dict[str, Any]


def write(root: Path, manifest: Mapping[str, Any]) -> None:
    """Describe a results folder whose manifest is complete.

    Raises:
        NotStored: it cannot be written.
    """
    write_json(root / CRATE, {"@context": f"{VERSION}/context", "@graph": [*_graph(root, manifest)]})


def _graph(root: Path, manifest: Mapping[str, Any]) -> Iterator[Entity]:
    used = _files(fingerprints(root, _used(root)))
    made = _files({**manifest[FILES], **fingerprints(root, [MANIFEST])})
    yield {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": VERSION},
        "about": {"@id": "./"},
    }
    yield {
        "@id": "./",
        "@type": "Dataset",
        "name": manifest["name"] or ", ".join(scenario["name"] for scenario in manifest["scenarios"]),
        "description": manifest["question"] or f"Results of {manifest['command']}",
        "datePublished": manifest["finished"],
        "hasPart": [_at(entity) for entity in used + made],
        "mentions": _at({"@id": RUN}),
    }
    yield {
        "@id": RUN,
        "@type": "CreateAction",
        "name": manifest["command"],
        "startTime": manifest["started"],
        "endTime": manifest["finished"],
        "actionStatus": f"http://schema.org/{ENDED[manifest['state']]}",
        "instrument": _at({"@id": PROGRAM}),
        "object": [_at(entity) for entity in used],
        "result": [_at(entity) for entity in made],
    }
    yield {
        "@id": PROGRAM,
        "@type": "SoftwareApplication",
        "name": "clusterlab",
        "softwareVersion": manifest["clusterlab"],
        "identifier": manifest["source_hash"],
        "softwareRequirements": [f"{name}=={found}" for name, found in manifest["packages"].items()],
    }
    yield from used + made


def _used(root: Path) -> list[str]:
    """Return what the folder keeps of its input: scenarios, and the study where one was called."""
    files = [*sorted((root / "scenarios").glob("*.yaml")), root / "study.yaml"]
    return [file.relative_to(root).as_posix() for file in files if file.is_file()]


def _files(told: Mapping[str, Mapping[str, Any]]) -> list[Entity]:
    """Return files by what their fingerprints say."""
    return [
        {
            "@id": quote(name),
            "@type": "File",
            "name": name,
            "encodingFormat": FORMATS.get(Path(name).suffix, "application/octet-stream"),
            "contentSize": str(one["bytes"]),
            "sha256": one["sha256"],
        }
        for name, one in told.items()
    ]


def _at(entity: Entity) -> Entity:
    """Return a reference to an entity."""
    return {"@id": entity["@id"]}
