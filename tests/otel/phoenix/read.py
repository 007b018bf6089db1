"""Reads the spans of the run back that Phoenix was sent, prints them as a tree, and holds them to what they should be.

Prints the id of a span that failed, for the picture; everything else goes to standard error.
"""

import json
import sys
import time
from urllib.request import urlopen

viewer = sys.argv[1]


def read():
    spans, cursor = [], ""
    while True:
        with urlopen(f"{viewer}/v1/projects/default/spans?limit=1000{cursor}", timeout=10) as answer:
            page = json.load(answer)
        spans += page["data"]
        if not page["next_cursor"]:
            return spans
        cursor = f"&cursor={page['next_cursor']}"


def is_whole(spans):
    ids = {span["context"]["span_id"] for span in spans}
    return bool(spans) and all(span["parent_id"] in ids for span in spans if span["parent_id"])


# It stores what it is sent a little later, some at a time.
spans, same = [], 0
for _ in range(120):
    before, spans = len(spans), read()
    same = same + 1 if len(spans) == before and is_whole(spans) else 0
    if same == 4:
        break
    time.sleep(0.5)
else:
    sys.exit(f"{len(spans)} spans, and some of their parents are missing")

below = {}
for span in sorted(spans, key=lambda span: span["start_time"]):
    below.setdefault(span["parent_id"], []).append(span)


def show(span, depth=0):
    attributes = span["attributes"]
    marks = [span["span_kind"], span["status_code"]]
    marks += [f"task {attributes['handoff.task']}"] if "handoff.task" in attributes else []
    line = f"{'  ' * depth}{span['name']} [{', '.join(marks)}] {span['status_message']}"
    print(line.rstrip(), file=sys.stderr)
    for one in below.get(span["context"]["span_id"], []):
        show(one, depth + 1)


(root,) = below[None]
show(root)


def of(name):
    return [span for span in spans if span["name"] == name]


assert root["name"] == "invoke_workflow triage" and root["status_code"] == "OK", root
assert len({span["context"]["trace_id"] for span in spans}) == 1
assert root["attributes"]["handoff.trace_id"] == root["context"]["trace_id"]
assert all(span["span_kind"] == "AGENT" for span in spans if span["name"].startswith("invoke_agent "))
(fan_out,) = of("fan_out resolve")
tasks = of("task resolve")
assert len(tasks) == fan_out["attributes"]["handoff.fan_out.width"]
assert {task["parent_id"] for task in tasks} == {fan_out["context"]["span_id"]}
failed = [span for span in of("invoke_workflow resolve") if span["status_code"] == "ERROR"]
assert failed and all(span["attributes"]["error.type"] == "low_confidence" for span in failed), failed
print(failed[0]["context"]["span_id"])
