#!/usr/bin/env python3
"""Keeps the walls: every include between folders of src/ must stand in tools/layers.txt.

Some pairs of folders name each other on purpose, through headers that hold data only; they are the exceptions below, each with its
reason. Everything else must be acyclic.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# (from, to): headers that may be included although the edge would close a cycle.
DATA_HEADERS = {
    ("accounts", "definitions"): "people as the file defines them (definitions/organisation.hpp)",
    ("capabilities", "health"): "criteria, samples and alerts as data: what is asked of a source, and what it answers",
    ("api", "app"): "the application that endpoints are declared over (app/app.hpp)",
}


def read_rules():
    rules = {}
    for line in (ROOT / "tools/layers.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            rules[words[0]] = set(words[1:])
    return rules


# Rules that the table could be edited to allow, and that stay all the same: (who, whom, why).
NEVER = [(folder, other, why)
         for other, why in (("integrations", "only app/ knows the vendors; take a capability"),
                            ("http", "what is called outside is a capability; http/ stays at the edges"))
         for folder in ("jobs", "comms", "steps", "incident", "dora", "retro", "health", "planning", "definitions", "capabilities")]
NEVER += [("api", "integrations", "only app/ knows the vendors"), ("cli", "integrations", "only app/ knows the vendors")]


def find_cycle(rules):
    state, path = {}, []

    def visit(folder):
        state[folder] = 1
        path.append(folder)
        for other in sorted(rules.get(folder, ())):
            if (folder, other) in DATA_HEADERS:
                continue
            if state.get(other) == 1:
                return path[path.index(other):] + [other]
            if other not in state and (cycle := visit(other)):
                return cycle
        path.pop()
        state[folder] = 2
        return None

    for folder in rules:
        if folder not in state and (cycle := visit(folder)):
            return cycle
    return None


def main():
    rules, complaints = read_rules(), []
    if cycle := find_cycle(rules):
        complaints.append("tools/layers.txt has a cycle: " + " -> ".join(cycle))
    complaints += [f"tools/layers.txt: {folder} may never include {other}: {why}" for folder, other, why in NEVER if other in rules.get(folder, ())]
    for file in sorted((ROOT / "src").rglob("*.[ch]pp")):
        folder = file.relative_to(ROOT / "src").parts[0]
        if folder.endswith("pp"):
            continue
        if folder not in rules:
            complaints.append(f"{file.relative_to(ROOT)}: folder {folder} is not in tools/layers.txt")
            continue
        if file.name.endswith("_test.cpp"):
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            found = re.match(r'#include "([a-z_]+)/', line)
            if found and found[1] != folder and found[1] in rules and found[1] not in rules[folder]:
                complaints.append(f"{file.relative_to(ROOT)}:{number}: {folder} may not include {found[1]} (tools/layers.txt)")
    for complaint in complaints:
        print(complaint)
    print("layers: " + (f"{len(complaints)} complaints" if complaints else f"{len(rules)} folders keep their walls"))
    return 1 if complaints else 0


sys.exit(main())
