#!/usr/bin/env python3
"""Does the steps of a GitHub workflow here, one by one, as a runner would.

    infra/ci/steps.py .github/workflows/regression.yml --event schedule --to DIR [--input runner=cpu] [--skip 'Build and test']

The commit that HEAD names is cloned into DIR/work, each `run` is done there by bash with the environment files that a runner
gives (GITHUB_STEP_SUMMARY, GITHUB_ENV, GITHUB_OUTPUT), uploaded artifacts are copied to DIR/artifacts. Actions that only set a
machine up (Java, Python, Go, caches) are checked or left out, each with a line; an action that is not known here is an error.
Wants PyYAML. Exit code: that of the first step that failed, 2 for a usage or a workflow that is not understood.
"""

import argparse
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.*-]*)|(?P<sign>==|!=|&&|\|\||[!(),]))")


class Unknown(Exception):
    """A workflow that this script does not understand."""


class Expression:
    """The part of GitHub's expressions that workflows here use: comparisons, and, or, not, contexts, a few functions."""

    def __init__(self, text, contexts, status, root):
        self.tokens = []
        at = 0
        while text[at:].strip():
            match = TOKEN.match(text, at)
            if not match:
                raise Unknown(f"expression: {text!r} at {text[at:]!r}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        self.contexts, self.status, self.root = contexts, status, root

    def value(self):
        value = self.either()
        if self.tokens:
            raise Unknown(f"expression: left over {self.tokens}")
        return value

    def sign(self, *signs):
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return None

    def either(self):
        value = self.both()
        while self.sign("||"):
            other = self.both()
            value = value if truth(value) else other
        return value

    def both(self):
        value = self.compared()
        while self.sign("&&"):
            other = self.compared()
            value = other if truth(value) else value
        return value

    def compared(self):
        value = self.one()
        sign = self.sign("==", "!=")
        if sign:
            other = self.one()
            return (text(value) == text(other)) == (sign == "==")
        return value

    def one(self):
        if self.sign("!"):
            return not truth(self.one())
        if self.sign("("):
            value = self.either()
            self.expect(")")
            return value
        if not self.tokens:
            raise Unknown("an expression that ends too early")
        kind, word = self.tokens.pop(0)
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return float(word)
        if kind == "name" and self.sign("("):
            arguments = []
            if not self.sign(")"):
                arguments.append(self.either())
                while self.sign(","):
                    arguments.append(self.either())
                self.expect(")")
            return self.function(word, arguments)
        if kind == "name":
            return {"true": True, "false": False, "null": None}.get(word, self.context(word))
        raise Unknown(f"expression: unexpected {word!r}")

    def expect(self, sign):
        if not self.sign(sign):
            raise Unknown(f"expression: expected {sign!r} before {self.tokens}")

    def function(self, name, arguments):
        if name in ("always", "success", "failure", "cancelled"):
            return {"always": True, "success": self.status == 0, "failure": self.status != 0, "cancelled": False}[name]
        if name == "fromJSON":
            return json.loads(arguments[0])
        if name == "contains":
            return arguments[1] in (arguments[0] or [])
        if name == "hashFiles":
            found = sorted(f for pattern in arguments for f in glob.glob(str(self.root / pattern), recursive=True) if os.path.isfile(f))
            digest = hashlib.sha256(b"".join(hashlib.sha256(Path(f).read_bytes()).digest() for f in found))
            return digest.hexdigest() if found else ""
        raise Unknown(f"function {name}")

    def context(self, path):
        value = self.contexts
        for name in path.split("."):
            if name == "*":
                continue
            if isinstance(value, list):
                value = [item.get(name) for item in value]
            else:
                value = value.get(name) if isinstance(value, dict) else None
        return value


def truth(value):
    return value not in (None, "", 0, False)


def text(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Job:
    def __init__(self, workflow, job, options):
        self.workflow, self.job, self.options = workflow, job, options
        self.work = options.to / "work"
        self.status = 0
        self.files = {name: options.to / name.lower() for name in ("GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_OUTPUT")}
        inputs = {name: (rule or {}).get("default", "") for name, rule in inputs_of(workflow).items()} if options.event == "workflow_dispatch" else {}
        for assignment in options.input:
            name, _, value = assignment.partition("=")
            inputs[name] = value
        event = {"pull_request": {"number": 1, "labels": [{"name": "regression"}], "head": {"repo": {"full_name": "here/this"}}}} if options.event == "pull_request" else {}
        self.contexts = {
            "github": {"event_name": options.event, "event": event, "ref": "refs/heads/main", "repository": "here/this", "token": ""},
            "inputs": inputs,
            "runner": {"os": "Linux"},
        }
        self.environment = {}

    def evaluate(self, expression):
        return Expression(expression, self.contexts, self.status, self.work).value()

    def filled(self, value):
        return re.sub(r"\$\{\{(.*?)\}\}", lambda match: text(self.evaluate(match.group(1))), text(value), flags=re.S)

    def understood(self):
        known = {
            "workflow": (self.workflow, {"name", "on", True, "permissions", "concurrency", "defaults", "env", "jobs"}),
            "job": (self.job, {"name", "if", "runs-on", "timeout-minutes", "env", "steps", "permissions"}),
        }
        for number, step in enumerate(self.job["steps"], 1):
            known[f"step {number}"] = (step, {"name", "id", "if", "uses", "with", "run", "env", "shell", "continue-on-error"})
        for where, (found, allowed) in known.items():
            for key in found:
                if key not in allowed:
                    raise Unknown(f"{where}: the key {key}")
        if len(self.workflow["jobs"]) > 1:
            raise Unknown("more than one job")

    def run(self):
        self.understood()
        condition = self.job.get("if")
        if condition is not None and not truth(self.evaluate(bare(condition))):
            say("the job is not for this event")
            return 0
        say(f"runs on {self.filled(self.job['runs-on']) if not isinstance(self.job['runs-on'], list) else self.job['runs-on']}; here: this machine")
        self.environment = {name: self.filled(value) for name, value in {**(self.workflow.get("env") or {}), **(self.job.get("env") or {})}.items()}
        for file in self.files.values():
            file.write_text("")
        for step in self.job["steps"]:
            self.step(step)
        return self.status

    def step(self, step):
        name = step.get("name") or step.get("uses") or step["run"].splitlines()[0]
        condition = bare(step["if"]) if "if" in step else "success()"
        if not re.search(r"\b(always|failure|success|cancelled)\(", condition):
            condition = f"success() && ({condition})"
        if not truth(self.evaluate(condition)):
            say(f"-- {name}: not done ({condition})")
            return
        if name in self.options.skip:
            say(f"-- {name}: left out, as asked")
            return
        say(f"-- {name}")
        code = self.uses(step) if "uses" in step else self.bash(step)
        if code:
            say(f"-- {name}: exit code {code}{', which the workflow allows' if step.get('continue-on-error') else ''}")
        if code and not self.status and not step.get("continue-on-error"):
            self.status = code

    def bash(self, step):
        environment = {**os.environ, **self.environment, **{k: str(v) for k, v in self.files.items()}, "CI": "true", "GITHUB_ACTIONS": "true"}
        for line in self.files["GITHUB_ENV"].read_text().splitlines():
            key, _, value = line.partition("=")
            environment[key] = value
        environment.update({name: self.filled(value) for name, value in (step.get("env") or {}).items()})
        shell = step.get("shell", ((self.workflow.get("defaults") or {}).get("run") or {}).get("shell", ""))
        if shell not in ("", "bash"):
            raise Unknown(f"shell {shell}")
        options = ["-eo", "pipefail"] if shell else ["-e"]  # as GitHub has it: pipefail only where bash is named
        return subprocess.run(["bash", "--noprofile", "--norc", *options, "-c", self.filled(step["run"])], cwd=self.work, env=environment, check=False).returncode

    def uses(self, step):
        action = step["uses"].partition("@")[0]
        if action == "actions/checkout":
            top = subprocess.run(["git", "rev-parse", "--show-toplevel"], capture_output=True, text=True, check=True).stdout.strip()
            return subprocess.run(["git", "clone", "--quiet", top, str(self.work)], check=False).returncode
        tool = {"actions/setup-java": ["javac", "-version"], "actions/setup-python": ["python3", "--version"], "actions/setup-go": ["go", "version"]}.get(action)
        if tool:
            return subprocess.run(tool, check=False).returncode if shutil.which(tool[0]) else missing(tool[0])
        if action == "actions/cache":
            say(f"   cache {self.filled(step['with']['key'])}: this machine keeps its own")
            return 0
        if action == "actions/upload-artifact":
            return self.upload(step["with"])
        raise Unknown(f"action {action}")

    def upload(self, wanted):
        target = self.options.to / "artifacts" / self.filled(wanted["name"])
        found = [Path(f) for pattern in self.filled(wanted["path"]).split() for f in glob.glob(str(self.work / pattern))]
        if not found and wanted.get("if-no-files-found") == "error":
            return 1
        for source in found:
            to = target / source.relative_to(self.work)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, to, dirs_exist_ok=True) if source.is_dir() else shutil.copy2(source, to)
            say(f"   kept {to}")
        return 0


def missing(tool):
    say(f"error: {tool} is not installed here")
    return 2


def bare(condition):
    match = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", str(condition), flags=re.S)
    return match.group(1) if match else str(condition)


def inputs_of(workflow):
    triggers = workflow.get("on", workflow.get(True)) or {}  # YAML 1.1 reads the key `on` as true
    return ((triggers.get("workflow_dispatch") or {}).get("inputs") or {}) if isinstance(triggers, dict) else {}


def say(line):
    print(line, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workflow", type=Path)
    parser.add_argument("--event", choices=["push", "pull_request", "schedule", "workflow_dispatch"], default="push")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--skip", action="append", default=[], metavar="STEP", help="the name of a step to leave out")
    parser.add_argument("--to", type=Path, required=True, help="a folder that is not there yet")
    options = parser.parse_args()
    try:
        import yaml
    except ImportError:
        say("error: PyYAML is not here; install it, or use the Python of the managed tracking server")
        return 2
    options.to = options.to.absolute()
    if options.to.exists():
        say(f"error: {options.to}: is there already; name another folder with --to")
        return 2
    try:
        workflow = yaml.safe_load(options.workflow.read_text())
        options.to.mkdir(parents=True)
        codes = [Job(workflow, job, options).run() for job in workflow["jobs"].values()]
    except (OSError, Unknown, KeyError, yaml.YAMLError) as problem:
        say(f"error: {options.workflow}: {problem!r}")
        return 2
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
