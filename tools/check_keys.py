#!/usr/bin/env python3
"""Every key that evenkeel.yaml accepts is read by something: a key that does nothing is a promise that nobody keeps.

The compiler says who reads a key, so no other member of the same name passes for it: the described structs of the definitions, and the
settings in each vendor's folder, are compiled with every field marked [[deprecated]], and each warning is a reader. What only defines,
checks or shows the definitions does not count. Sources are compiled (syntax only) until each key has a reader; those in which a member of
that name stands come first, so a few dozen are enough.

  tools/check_keys.py [BUILD]    exit 1 with the keys that nobody reads; BUILD: a configured build folder, build/dev when left out
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ["src/definitions/organisation.hpp", "src/steps/step_spec.hpp", "src/health/criteria.hpp"]
# What defines the keys, holds them against each other or shows them: no reader.
NO_READERS = re.compile(r"src/(definitions/(organisation|config|duplicates|references)\.|steps/step_spec\.|health/criteria\.|api/connection_api\.)")
DESCRIBED = re.compile(r"BOOST_DESCRIBE_STRUCT\((\w+), \(\),\s*\(([^)]*)\)\)")
# Keys whose reader is a person: they are shown with the definitions and sealed with the criteria.
FOR_PEOPLE = {("ProcessDef", "owner"), ("ProcessDef", "version"), ("NotApplicable", "because"), ("NotApplicable", "covers")}


def described(text):
    return {name: [field.strip() for field in fields.split(",")] for name, fields in DESCRIBED.findall(text)}


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def marked(text, wanted):
    """The same text with each field of these structs marked; nothing moves to another line."""
    lines, out, struct = text.split("\n"), [], None
    for number, line in enumerate(lines):
        if begin := re.match(r"struct (\w+) \{", line):
            struct = begin[1] if begin[1] in wanted else None
        elif line.startswith("}"):
            struct = None
        elif struct and re.match(r"  [A-Za-z]", line) and not re.match(r"  (static|constexpr|friend|using|enum|bool is_|explicit)\b", line):
            declared = without_comments(line)
            if ";" not in declared and "{" not in declared:  # it goes on in the next line
                declared += without_comments(lines[number + 1])
            if ";" in declared and not re.search(r"\)\s*(const)?\s*\{|\) const;", declared) and any(re.search(rf"\b{f}\b", declared) for f in wanted[struct]):
                line = '  [[deprecated("key")]] ' + line[2:]
        out.append(line)
    return "\n".join(out)


def write_if_changed(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def in_check(text):
    """Numbers of the lines of functions that only check settings."""
    lines, inside, out = text.split("\n"), False, set()
    for number, line in enumerate(lines, 1):
        if re.match(r"(template|void check\w*\()", line):
            inside = line.startswith("void check")
        if inside:
            out.add(number)
        if line.startswith("}"):
            inside = False
    return out


class Readers:
    """Who reads which key, as the compiler says."""

    def __init__(self, build, overlay):
        self.overlay = overlay
        self.commands = {os.path.relpath(one["file"], ROOT): one for one in json.loads((build / "compile_commands.json").read_text())}
        self.found = {}

    def compile(self, source, file):
        one = self.commands[source]
        words = shlex.split(one["command"])
        while "ccache" in words[0] or words[0].endswith("cmake") or words[0] == "env" or "=" in words[0] or words[0] == "-E":
            words.pop(0)
        words = [w for i, w in enumerate(words) if w not in ("-c", "-o") and words[i - 1] != "-o" and not w.endswith("/" + source)
                 and w not in ("-MD", "-MT", "-MF") and words[i - 1] not in ("-MT", "-MF") and w != "-Werror"]
        words[1:1] = ["-I" + str(self.overlay)]
        said = subprocess.run(words + ["-fsyntax-only", "-Wno-all", "-Wno-extra", "-Wdeprecated-declarations", str(file)], cwd=one["directory"], text=True,
                              capture_output=True, check=False)
        if "error:" in said.stderr:
            sys.exit(f"{source} does not compile with its keys marked:\n{said.stderr[:2000]}")
        return said.stderr

    def take(self, source, said):
        """Warnings look like "src/jobs/page.cpp:120:9: warning: '...::OnCallDef::deputy' is deprecated: key"."""
        for place, number, name in re.findall(r"^(\S+?):(\d+):\d+: warning: ‘([^’]+)’ is deprecated", said, re.M):
            path = os.path.relpath(os.path.join(self.commands[source]["directory"], place), ROOT)
            path = re.sub(r"^.*?/overlay/", "src/", path)
            struct, field = re.sub(r"<.*?>", "", name).split("::")[-2:]
            if NO_READERS.search(path) or path.endswith(".hpp") and path in HEADERS:
                continue
            if path.startswith("src/integrations/") and int(number) in in_check((ROOT / path).read_text()):
                continue
            self.found.setdefault((struct, field), f"{path}:{number}")


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/dev").resolve()
    overlay = build / "keys/overlay"
    readers = Readers(build, overlay)
    keys, own_files = set(), []
    for header in HEADERS:
        text = (ROOT / header).read_text()
        structs = described(text)
        write_if_changed(overlay / pathlib.Path(header).relative_to("src"), marked(text, structs))
        keys |= {(struct, field) for struct, fields in structs.items() for field in fields}
    for source in sorted((ROOT / "src/integrations").rglob("*.cpp")):
        text = source.read_text()
        structs = {name: fields for name, fields in described(text).items() if name.endswith("Settings")}
        if structs and not source.name.endswith("_test.cpp"):
            copy = overlay / source.relative_to(ROOT / "src")
            write_if_changed(copy, marked(text, structs))
            keys |= {(struct, field) for struct, fields in structs.items() for field in fields}
            own_files.append((str(source.relative_to(ROOT)), copy))
    keys -= FOR_PEOPLE

    sources = [s for s in readers.commands if s.startswith("src/") and not s.endswith("_test.cpp") and not NO_READERS.search(s)
               and s not in [name for name, _ in own_files] and s != "src/main.cpp"]
    words = {s: set(re.findall(r"(?:\.|->)(\w+)", without_comments((ROOT / s).read_text()))) for s in sources}
    queue = list(own_files)
    with concurrent.futures.ThreadPoolExecutor(max_workers=int(os.environ.get("JOBS", "2"))) as pool:
        while True:
            for (source, _), said in zip(queue, pool.map(lambda one: readers.compile(*one), queue)):
                print(f"  {source}", file=sys.stderr, flush=True)
                readers.take(source, said)
            missing = keys - set(readers.found)
            print(f"{len(missing)} left" + (": " + ", ".join(sorted(map(".".join, missing))) if len(missing) < 20 else ""), file=sys.stderr, flush=True)
            said_in = {field: sum(field in w for w in words.values()) for _, field in missing}  # a rare word is worth more than "name"
            ranked = sorted(sources, key=lambda s: -sum(1 / said_in[field] for _, field in missing if field in words[s]))
            queue = [(s, ROOT / s) for s in ranked[:6] if any(field in words[s] for _, field in missing)]
            sources = [s for s in sources if s not in [name for name, _ in queue]]
            if not missing or not queue:
                break
    for struct, field in sorted(missing):
        print(f"{struct}.{field}: accepted by evenkeel.yaml, and nothing reads it")
    if "--list" in sys.argv:
        for (struct, field), place in sorted(readers.found.items()):
            print(f"{struct}.{field}  {place}")
    print("keys: " + (f"{len(missing)} of {len(keys)} are read by nothing" if missing else f"each of {len(keys)} is read"))
    return 1 if missing else 0


sys.exit(main())
