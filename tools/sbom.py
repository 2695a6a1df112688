#!/usr/bin/env python3
"""The bill of materials of a build, as CycloneDX 1.5 JSON, out of what is on this machine alone.

    tools/sbom.py BUILD_FOLDER [OUTPUT]

Debian packages: those of every library that the binary is linked to, directly or through another, and of every system header that it was
compiled from (ninja's own record of dependencies). npm packages: web/package-lock.json, whole; what only builds the pages is `optional`.
A library or header that no package owns is an error: then the bill would lie. The same build gives the same bytes.
"""
import base64
import json
import pathlib
import re
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(*argv):
    return subprocess.run(argv, check=True, text=True, capture_output=True).stdout


def linked_libraries(binary):
    found = re.findall(r"=> (/\S+)", run("ldd", str(binary))) + re.findall(r"^\s*(/\S*ld-linux\S*)", run("ldd", str(binary)), re.M)
    return {pathlib.Path(f).resolve() for f in found}


def system_headers(build):
    """Of the objects of the product, not of its tests."""
    headers, ours = set(), False
    for line in run("ninja", "-C", str(build), "-t", "deps").splitlines():
        if line and not line.startswith(" "):
            ours = line.startswith("CMakeFiles/")
        elif ours and line.startswith("    /usr/"):
            headers.add(pathlib.Path(line.strip()).resolve())
    if not headers:
        sys.exit(f"sbom: {build} knows no headers; build it first")
    return headers


def owners(files):
    """The packages that own the files, with their versions. Debian moved /lib below /usr, and its lists name either."""
    wanted, owned = {}, {}
    for f in files:
        wanted[str(f)] = f
        wanted[str(f).removeprefix("/usr")] = f
    names = sorted(wanted)
    for at in range(0, len(names), 500):
        said = subprocess.run(["dpkg", "-S", *names[at : at + 500]], text=True, capture_output=True).stdout
        for line in said.splitlines():
            packages, _, path = line.rpartition(": ")
            if path in wanted and not line.startswith("diversion"):
                owned[wanted[path]] = packages.split(", ")[0]
    missing = [f for f in files if f not in owned and not generated(f)]
    if missing:
        sys.exit("sbom: no package owns " + ", ".join(str(f) for f in sorted(missing)[:5]))
    return sorted(set(owned.values()))


def generated(path):
    """Made by the alternatives system or the compiler's set-up; their packages are there through their neighbours."""
    return "/etc/alternatives" in str(path)


def debian(packages):
    out = []
    form = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n"
    for line in run("dpkg-query", "-W", "-f", form, *packages).splitlines():
        name, version, architecture, source, source_version = line.split("\t")
        out.append({
            "type": "library",
            "bom-ref": f"pkg:deb/debian/{name}@{version}?arch={architecture}",
            "purl": f"pkg:deb/debian/{name}@{version}?arch={architecture}",
            "name": name,
            "version": version,
            "scope": "required",
            "properties": [{"name": "debian:source", "value": f"{source} {source_version}"}],
        })
    return out


def npm():
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    out = []
    for path, package in lock["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        component = {"type": "library", "bom-ref": f"{purl}#{path}", "purl": purl, "name": name, "version": package["version"],
                     "scope": "optional" if package.get("dev") else "required"}
        if "license" in package:
            component["licenses"] = [{"expression": package["license"]}]
        if package.get("integrity", "").startswith("sha512-"):
            component["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(package["integrity"][7:]).hex()}]
        out.append(component)
    return out


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    binary = build / "evenkeel"
    version = run(str(binary), "--version").split()[-1]
    packages = owners(linked_libraries(binary) | system_headers(build))
    components = sorted(debian(packages) + npm(), key=lambda c: c["bom-ref"])
    product = {"type": "application", "bom-ref": f"pkg:generic/evenkeel@{version}", "name": "evenkeel", "version": version}
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([product, components], sort_keys=True))
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1,
            "metadata": {"component": product}, "components": components,
            "dependencies": [{"ref": product["bom-ref"], "dependsOn": [c["bom-ref"] for c in components if c["scope"] == "required"]}]}
    text = json.dumps(bill, indent=1, sort_keys=True) + "\n"
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).write_text(text)
    else:
        sys.stdout.write(text)


main()
