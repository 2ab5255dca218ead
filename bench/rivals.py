"""Findings of spoor and of a rival on the same event logs, rule by rule and
record by record, with the reason of each difference as far as the rule and the
record tell it.

  python3 bench/rivals.py RULES SPOOR.ndjson ENGINE FINDINGS LOADED

RULES is the folder that both were given. ENGINE is hayabusa, chainsaw or
zircolite. LOADED says which rules the rival runs: Hayabusa's folder of converted
rules, the output of "chainsaw lint", Zircolite's saved ruleset. It needs PyYAML,
which Zircolite brings.

A finding is (rule id, event record id, second): a record that stands in two
logs counts once, as it does in spoor. Hayabusa's rules have ids of their own and
name the published one as "related: derived".
"""

import collections
import json
import pathlib
import re
import sys

import yaml

SYSMON = "Microsoft-Windows-Sysmon"
# Categories that Sysmon and the built-in audit log under different names.
TRANSLATED = {
    "process_creation", "registry_event", "registry_set", "registry_add", "registry_delete", "network_connection",
    "file_event", "file_access", "file_delete", "pipe_created", "create_remote_thread", "process_access", "dns_query", "image_load", "driver_load",
}


def load(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with open(path, encoding="utf-8") as f:
        return [d for d in yaml.load_all(f, loader) if isinstance(d, dict)]


class Rule:
    """What of a published rule explains differences."""

    def __init__(self, doc):
        self.title = str(doc.get("title"))
        source = doc.get("logsource") or {}
        self.category, self.service = source.get("category") or "", source.get("service") or ""
        detection = doc.get("detection") or {}
        condition = detection.get("condition", "")
        self.condition = " or ".join(condition) if isinstance(condition, list) else str(condition)
        self.keywords = False
        self.fields, self.negated = {}, set()
        names = [n for n in detection if n not in ("condition", "timeframe")]
        refused = set()
        for m in re.finditer(r"not\s+(?:(?:1|all|any)\s+of\s+)?([\w*]+)", self.condition):
            refused.update(n for n in names if re.fullmatch(m.group(1).replace("*", ".*"), n))
        for name in names:
            for key, value in self.pairs(detection[name]):
                if key is None:
                    self.keywords = True
                    continue
                field, *modifiers = key.split("|")
                self.fields.setdefault(field, []).append((modifiers, value))
                if name in refused:
                    self.negated.add(field)

    def pairs(self, node):
        if isinstance(node, dict):
            yield from node.items()
        elif isinstance(node, list):
            for n in node:
                yield from self.pairs(n)
        else:
            yield None, node

    def modifiers(self):
        return {m for uses in self.fields.values() for mods, _ in uses for m in mods}

    def values(self):
        for uses in self.fields.values():
            for mods, value in uses:
                for v in value if isinstance(value, list) else [value]:
                    yield mods, v


def second(text):
    return str(text)[:19].replace(" ", "T")


def spoor(path):
    found = {}
    for f in lines(path):
        e = f["event"]
        at = e.get("System.TimeCreated") or e.get("TimeCreated") or f["time"]
        record = e.get("System.EventRecordID") or e.get("EventRecordID")
        found.setdefault((f["rule"]["id"], str(record), second(at)), e)
    return found


def lines(path):
    """JSON lines; one rival leaves control characters in strings."""
    with open(path, encoding="utf-8", newline="\n") as f:
        for line in f:
            try:
                yield json.loads(line, strict=False)
            except json.JSONDecodeError:
                print(f"  a line of {pathlib.Path(path).name} is no JSON")


def originals(folder, rules):
    """Published id by Hayabusa's id: the derived one of the same title, since
    published rules name others as derived too."""
    ids = {}
    for path in sorted(pathlib.Path(folder).rglob("*.yml")):
        for doc in load(path):
            derived = [r["id"] for r in doc.get("related") or [] if r.get("type") == "derived"]
            same = [i for i in derived if i in rules and rules[i].title == doc.get("title")]
            ids[doc.get("id")] = (same or [i for i in derived if i in rules] or [doc.get("id")])[0]
    return ids


def hayabusa(path, loaded, rules, _):
    ids = originals(loaded, rules)
    found = {}
    for f in lines(path):
        rule = ids.get(f.get("RuleID"), f.get("RuleID"))
        found.setdefault((rule, str(f["RecordID"]), second(f["Timestamp"])), (f.get("Channel"), str(f.get("EventID"))))
    excluded = pathlib.Path(loaded).parent / "config" / "exclude_rules.txt"
    listed = set(re.findall(r"^[0-9a-f-]{36}", excluded.read_text(encoding="utf-8"), re.M)) if excluded.exists() else set()
    return found, {original for own, original in ids.items() if own not in listed and original not in listed}


def chainsaw(path, loaded, rules, rules_dir):
    found = {}
    for f in lines(path):
        documents = f.get("documents") or [f["document"]]
        for d in documents:
            s = d["data"]["Event"]["System"]
            event = s.get("EventID")
            found.setdefault((f["id"], str(s.get("EventRecordID")), second(f["timestamp"])), (s.get("Channel"), str(event)))
    refused = set()
    for line in open(loaded, encoding="utf-8"):
        if m := re.search(r"\[!\] /?([^:]*\.yml):", line):
            for doc in load(pathlib.Path(rules_dir) / m.group(1)):
                refused.add(doc.get("id"))
    return found, set(rules) - refused


def zircolite(path, loaded, *_):
    found = {}
    for r in json.load(open(path, encoding="utf-8")):
        for m in r["matches"]:
            found.setdefault((r["id"], str(m.get("EventRecordID")), second(m.get("SystemTime"))), (m.get("Channel"), str(m.get("EventID"))))
    return found, {r["id"] for r in json.load(open(loaded, encoding="utf-8"))}


def missing(engine, rule, event, runs):
    """Why a rival has no finding that spoor has."""
    if not runs:
        if rule.keywords:
            return "rule not run there: it holds keywords"
        if rule.modifiers() & {"windash", "cidr", "fieldref", "i", "exists", "cased", "expand", "gt", "gte", "lt", "lte"}:
            return "rule not run there: a modifier is unknown"
        return "rule not run there: on its list of excluded rules, or not converted"
    provider = event.get("Provider_Name") or event.get("System.Provider_Name")
    absent = {f for f in rule.fields if f not in event}
    if rule.category in TRANSLATED and provider != SYSMON:
        return "event of the built-in audit: its names or values are not those of the rule"
    if engine in ("chainsaw", "zircolite") and any(f in absent for f in rule.negated):
        return "a field behind 'not' is absent: unknown there, not true"
    if engine == "chainsaw":
        for mods, value in rule.values():
            if isinstance(value, str) and re.search(r"(?<!\\)[*?]", value.strip("*")):
                return "a wildcard inside a value is text there"
        if any("\\\\" in v for _, v in rule.values() if isinstance(v, str)):
            return "an escaped backslash is two there"
        if "Data" in rule.fields:
            return "unnamed data is not reached there"
    if any(f.startswith("System.") for f in event) and any("System." + f in event for f in rule.fields):
        return "a field of the data is taken for the field of that name in System"
    if engine == "chainsaw" and str(event.get("EventID")) in ("517", "1102"):
        return "service security is a provider there, which 1102 does not have"
    if absent:
        return "a field is absent from the record under the rule's name"
    return "other"


def extra(engine, rule, place):
    """Why a rival has a finding that spoor has not."""
    channel, event = place
    if rule is None:
        return "rule that spoor was not given"
    if event in ("104", "1102") and "Channel" in rule.fields:
        return "a field of the data is taken for the field of that name in System"
    if rule.category.startswith("registry_") and event in ("12", "14"):
        return "registry category without the kind of event"
    if engine == "hayabusa" and event == "4624" and "LogonProcessName" in rule.fields:
        return "blanks at the end of a value are cut there: 'NtLmSsp '"
    return "other"


def main():
    rules_dir, ours, engine, theirs, loaded = sys.argv[1:6]
    rules = {}
    for path in sorted(pathlib.Path(rules_dir).rglob("*.yml")):
        for doc in load(path):
            if "detection" in doc:
                rules[doc["id"]] = Rule(doc)
    mine = spoor(ours)
    found, runs = {"hayabusa": hayabusa, "chainsaw": chainsaw, "zircolite": zircolite}[engine](theirs, loaded, rules, rules_dir)
    both = mine.keys() & found.keys()
    print(f"{engine}: {len(runs & set(rules))} of {len(rules)} rules run; {len(found)} findings there, {len(mine)} here, {len(both)} in both")
    for name, keys, why in (
        ("here only", mine.keys() - found.keys(), lambda k: missing(engine, rules[k[0]], mine[k], k[0] in runs)),
        ("there only", found.keys() - mine.keys(), lambda k: extra(engine, rules.get(k[0]), found[k])),
    ):
        classes = collections.defaultdict(list)
        for key in sorted(keys):
            classes[why(key)].append(key)
        print(f"  {len(keys)} {name}")
        for why_, group in sorted(classes.items(), key=lambda x: (-len(x[1]), x[0])):
            by = collections.Counter(k[0] for k in group)
            rule, n = by.most_common(1)[0]
            title = rules[rule].title if rule in rules else rule
            print(f"  {len(group):7d}  {why_} ({len(by)} rules; most: {title}, {n})")


main()
