"""The shape of every resource that `myna` writes, by an independent library: fhir.resources, FHIR R4B.

    python shape.py MYNA SAMPLE...
"""

import json
import subprocess
import sys

from fhir.resources.R4B import get_fhir_model_class


def check(resource):
    """Refuses what is missing, unknown or of another type; what is read has to be all there was."""
    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    again = json.loads(model.model_dump_json())
    if again != resource:
        raise ValueError(f"not the same again: {again}")


def written(myna, form, samples):
    """What is written of the samples; of the kinds of messages that this form is not for, nothing."""
    for sample in samples:
        command = [myna, "eligibility", "convert", "--to", form, sample]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            yield from ([done.stdout] if form == "fhir" else done.stdout.splitlines())
        elif "[output.no_fhir]" not in done.stderr:
            sys.exit(f"{sample}: {done.stderr}")


def main(myna, samples):
    counts = {}
    for form in ("fhir", "ndjson"):
        for text in written(myna, form, samples):
            resource = json.loads(text)
            check(resource)
            kind = resource["resourceType"]
            counts[kind] = counts.get(kind, 0) + 1
    if not {"Bundle", "Patient", "Organization", "Coverage", "OperationOutcome"} <= counts.keys():
        sys.exit(f"too few kinds of resources: {counts}")
    try:
        check({"resourceType": "Coverage", "status": "active", "payor": [{"display": "x"}]})
    except ValueError:
        print(", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    else:
        sys.exit("a coverage of nobody is not refused: nothing is checked")


main(sys.argv[1], sys.argv[2:])
