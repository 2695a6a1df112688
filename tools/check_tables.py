#!/usr/bin/env python3
"""Keeps each table in one hand: only one area of src/ writes it; the others call that area.

What is looked for is SQL that writes, and the row functions of store/rows.hpp with a table's name. An area that reaches into another's
table on purpose is an exception below, with its reason.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# (area, table): why it writes there although the table is another's.
EXCEPTIONS = {
    ("accounts", "idempotency"): "erasure of a person reaches every answer that is kept",
    ("accounts", "subscription"): "erasure of a person reaches every address that is kept",
}
WRITES = (r"INSERT INTO (\w+)", r"UPDATE (\w+) SET", r"DELETE FROM (\w+)",
          r"store::(?:insert|update|upsert)\w*\(\s*[\w.>()-]+,\s*\"(\w+)\"")


def tables():
    found = set()
    for file in (ROOT / "src/store/migrations").glob("*.sql"):
        found |= set(re.findall(r"CREATE TABLE (\w+)", file.read_text()))
    return found


def writers(known):
    """Of each table the areas that write it, with the files in which they do."""
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for file in (ROOT / "src").rglob("*.cpp"):
        if file.name.endswith("_test.cpp"):
            continue
        text = re.sub(r'"\s*\n\s*"', "", file.read_text())  # a literal over several lines is one
        area = file.relative_to(ROOT / "src").parts[0]
        for pattern in WRITES:
            for table in re.findall(pattern, text):
                if table in known and (area, table) not in EXCEPTIONS:
                    found[table][area].add(str(file.relative_to(ROOT)))
    return found


def main():
    known = tables()
    found = writers(known)
    shared = {table: areas for table, areas in found.items() if len(areas) > 1}
    for table, areas in sorted(shared.items()):
        print(f"{table} is written by {len(areas)} areas; give it one, and let the others call it:")
        for area, files in sorted(areas.items()):
            print(f"  {area}: {', '.join(sorted(files))}")
    if shared:
        sys.exit(1)
    print(f"tables: {len(found)} are written by one area each")


main()
