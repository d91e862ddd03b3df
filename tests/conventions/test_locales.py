"""Every text for people is a message, in both languages, and every message is said somewhere.

What counts as a use of a message key in the code of the rooms:

1. the literal first argument of ``t("overview.title")``, ``self.t(...)``, ``translate(...)`` or
   ``translator(lang)(...)``; of ``t("a.x" if yes else "a.y")`` both;
2. any dotted literal in something named ``…_key`` or ``…_keys`` (variable, keyword argument,
   parameter's default), such as ``QUICK_DATE_KEYS``; of a dictionary its values;
3. any other literal ``topic.key`` whose first part is a message file, so a page list may hold
   keys; columns in ``ForeignKey(...)`` and file names are not meant;
4. the same literals in HTML templates;
5. an f-string of the kinds 1 and 3, as a pattern: ``t(f"auth.role_{role}")`` is
   ``auth.role_*``. Every pattern is declared in DYNAMIC with its reason.

What is used must exist, and what exists must be used. Each checker has a test with a planted
fault at the end of this file.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from dashboard.i18n import LANGUAGES, LOCALES, parameters, read_messages

ROOT = Path(__file__).parents[2]
ROOMS = ("callbacks", "dashboard", "data_access", "layouts")

# Message keys that are put together at run time, and why.
DYNAMIC: Mapping[str, str] = {
    "common.month_*": "dashboard.i18n names a month by its number",
    "common.short_month_*": "the same for axes and narrow columns",
    "audit.absent_*": "what becomes of graduates who are left out",
    "audit.channel_*": "how a submission came",
    "audit.action_*": "an action of the trail by its name (tests/conventions/test_trail.py)",
    "audit.actor_*": "an actor that is no account",
    "audit.detail_*": "a detail of an event by its name",
    "audit.group_*": "a group of actions",
    "auth.role_*": "a role is named by its code",
    "bar.family_*": "the family of a discipline is the first letter of its code",
    "benchmark.group_*": "a group of peers, by its place on the ladder",
    "benchmark.passed_*": "why a group of peers was passed over",
    "card.*": "a download is named by its file type",
    "cases.done_*": "what became of a move of a case, by its key",
    "cases.error.now_*": "who comes second is told where the case stands",
    "cases.move_*": "the button of a move, by its key",
    "cases.origin_*": "where a case comes from",
    "cases.stage_*": "the stages of a case",
    "cases.status_*": "where a case stands",
    "cases.step_*": "what was done about a case",
    "cases.turn_*": "what is wanted of whose turn it is, by where the case stands",
    "command.severity_*": "a finding's severity",
    "checks.channel_*": "who found out, by the code of the channel",
    "checks.method_*": "how a sample was drawn",
    "checks.outcome_*": "what was found out",
    "destinations.sex_*": "a sex, by its code",
    "destinations.part_*": "a kind of employer or an industry as what was clicked",
    "destinations.part_head_*": "the column that names them",
    "destinations.fate_*": "what becomes of a destination under another definition",
    "evidence.kind_*": "the kind of a file of evidence",
    "export.*": "a download is titled by its question",
    "flags.against_*": "what a flag is compared with, by its rule",
    "flags.group_*": "a group of destinations that a rule looks at",
    "flags.unit_*": "a number in the unit of a rule",
    "flows.legend_*": "the legend of a map by what it measures",
    "flows.legend_*_*": "the same for one side",
    "flows.matrix_*": "what a cell of the matrix is, by the shares chosen",
    "flows.stage_*": "a stage of the flow by its name",
    "import.counted_twice_*": "who would be counted twice, by the kind of return",
    "month.m*": "the month ticks of a chart, by number",
    "returns.*": "how a school stands with a reporting period",
    "state.*": "a control of a page's state, by its name in the URL",
    "state.*_*": "one of its values",
    "state.case_status_*": "what the register of cases shows, and its downloads say",
    "state.rank_*": "the rank of a discipline that was found, by its code",
    "table.*": "a table of rates is headed by its cut",
    "*.title": "a page's title, by its key",
    "*.nav": "a page's name in the navigation, by its key",
    "*.tab": "a page's name among those of its room, by its key",
    "submission.is_*": "what a submission is instead of what a step needs, by its status",
    "submissions.act_*": "the button of each step",
    "submissions.done_*": "what a step did",
    "submissions.kind_*": "rows by what they change",
    "submissions.template_*": "headings of the code lists in the template",
    "submissions.said_*": "how a submission stands, by its status",
    "submissions.severity_*": "how grave a finding is",
    "submissions.status_*": "the status in a word",
    "submissions.step_*": "what happened, in the log",
    "submissions.way_*": "the stations of a submission",
}

# Latin words that Chinese texts may contain: names people know in no other form.
LATIN = frozenset({"English", "CSV", "Excel", "PDF", "PNG", "JPEG"}) | frozenset(
    {"Word", "PowerPoint", "quxiang", "demo", "init", "replay"}  # commands
)
# English texts that are Chinese on purpose.
CHINESE_IN_ENGLISH: Mapping[str, str] = {
    "auth.other_language": "a language is offered under its own name",
    "shell.other_language": "the same on every page",
}

TRANSLATES = frozenset({"t", "translate", "translator"})
NOT_KEYS_IN = frozenset({"ForeignKey", "ForeignKeyConstraint"})
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
FILE_NAME = re.compile(
    r".*\.(css|csv|db|docx|geojson|gz|html|ini|js|json|md|mjs|pdf|png|pptx|py|sql|svg|toml|txt|xlsx)"
)
QUOTED = re.compile(r"""["']([^"'{}]+)["']""")
CJK = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


@dataclass
class Uses:
    """Message keys and patterns of keys, each with the places where they stand."""

    keys: dict[str, set[str]] = field(default_factory=dict)
    patterns: dict[str, set[str]] = field(default_factory=dict)

    def add(self, node: ast.AST, place: str) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.keys.setdefault(node.value, set()).add(f"{place}:{node.lineno}")
        elif isinstance(node, ast.JoinedStr):
            self.patterns.setdefault(_pattern(node), set()).add(f"{place}:{node.lineno}")


def uses_in_python(uses: Uses, source: str, place: str, topics: Iterable[str]) -> None:
    """Adds the uses 1, 2, 3 and 5 of one module."""
    tree, skip = ast.parse(source), set[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skip.add(id(node.value))  # docstrings
        elif isinstance(node, ast.Call) and _name(node.func) in NOT_KEYS_IN:
            skip.update(id(inner) for inner in ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            skip.update(id(part) for part in node.values if isinstance(part, ast.Constant))
    for node in ast.walk(tree):
        for literal in _said(node):
            uses.add(literal, place)
        for literal in _in_key_names(node):
            if id(literal) not in skip and KEY.fullmatch(literal.value):
                uses.add(literal, place)
        if id(node) not in skip and _begins_with_topic(node, topics):
            uses.add(node, place)


def uses_in_template(uses: Uses, source: str, place: str, topics: Iterable[str]) -> None:
    """Adds the uses 4 of one HTML template."""
    for number, line in enumerate(source.splitlines(), 1):
        for text in QUOTED.findall(line):
            if _is_key(text, topics):
                uses.keys.setdefault(text, set()).add(f"{place}:{number}")


def _said(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and node.args and _translates(node.func):
        yield from _branches(node.args[0])


def _translates(func: ast.expr) -> bool:
    if isinstance(func, ast.Call):
        return _name(func.func) in TRANSLATES
    return _name(func) in TRANSLATES - {"translator"}


def _branches(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from _branches(node.body)
        yield from _branches(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _branches(value)
    else:
        yield node


def _in_key_names(node: ast.AST) -> Iterator[ast.Constant]:
    named: list[tuple[str, ast.AST | None]] = []
    if isinstance(node, ast.Assign):
        named = [(_name(target), node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign):
        named = [(_name(node.target), node.value)]
    elif isinstance(node, ast.keyword):
        named = [(node.arg or "", node.value)]
    elif isinstance(node, ast.arguments):
        positional = reversed([*node.posonlyargs, *node.args])
        named = [(a.arg, d) for a, d in zip(positional, reversed(node.defaults), strict=False)]
        named += [(a.arg, d) for a, d in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
    for name, value in named:
        if value is not None and name.lower().endswith(("_key", "_keys")):
            yield from _constants(value)


def _constants(value: ast.AST) -> Iterator[ast.Constant]:
    for part in value.values if isinstance(value, ast.Dict) else [value]:
        for inner in ast.walk(part):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield inner


def _name(node: ast.AST) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", None) or ""


def _begins_with_topic(node: ast.AST, topics: Iterable[str]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _is_key(node.value, topics)
    return isinstance(node, ast.JoinedStr) and _is_key(_pattern(node).replace("*", "x"), topics)


def _is_key(text: str, topics: Iterable[str]) -> bool:
    known = text.partition(".")[0] in topics
    return known and KEY.fullmatch(text) is not None and FILE_NAME.fullmatch(text) is None


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values)


# ---- the checkers: each returns its complaints


def unknown_keys(uses: Uses, keys: Iterable[str]) -> list[str]:
    known = set(keys)
    return sorted(f"{min(at)}: {key}" for key, at in uses.keys.items() if key not in known)


def unused_keys(uses: Uses, keys: Iterable[str]) -> list[str]:
    patterns = set(uses.patterns)
    return sorted(
        key
        for key in keys
        if key not in uses.keys and not any(fnmatchcase(key, pattern) for pattern in patterns)
    )


def pattern_faults(uses: Uses, declared: Mapping[str, str], keys: Iterable[str]) -> list[str]:
    known = set(keys)
    faults = [f"{min(at)}: {p} is not declared" for p, at in uses.patterns.items()]
    faults = [fault for fault in faults if fault.split()[1] not in declared]
    for pattern, reason in declared.items():
        if pattern not in uses.patterns:
            faults.append(f"{pattern} is declared, but nobody uses it")
        if not any(fnmatchcase(key, pattern) for key in known):
            faults.append(f"{pattern} fits no message")
        if not reason.strip():
            faults.append(f"{pattern} has no reason")
    return faults


def language_differences(messages: Mapping[str, Mapping[str, str]]) -> list[str]:
    everywhere = {key for texts in messages.values() for key in texts}
    faults = []
    for key in sorted(everywhere):
        without = [lang for lang, texts in messages.items() if key not in texts]
        faults += [f"{key} is missing in {lang}" for lang in without]
        taken = {parameters(texts[key]) for texts in messages.values() if key in texts}
        if len(taken) > 1:
            faults.append(f"{key} takes different parameters: {sorted(map(sorted, taken))}")
    return faults


def topic_faults(topic: str, keys: Iterable[str]) -> list[str]:
    return [
        f"{topic}.json: {key}"
        for key in keys
        if not KEY.fullmatch(key) or key.partition(".")[0] != topic
    ]


def tone_faults(messages: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Bulletin tone: no exclamation, no Latin abbreviations in Chinese, no Chinese in English."""
    faults = []
    for lang, texts in messages.items():
        for key, text in texts.items():
            if "!" in text or "\N{FULLWIDTH EXCLAMATION MARK}" in text:
                faults.append(f"{lang} {key}: exclamation")
            words = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", text)))
            if lang == "zh-CN" and words - LATIN:
                faults.append(f"{lang} {key}: {', '.join(sorted(words - LATIN))}")
            if lang == "en" and CJK.search(text) and key not in CHINESE_IN_ENGLISH:
                faults.append(f"{lang} {key}: Chinese")
    return faults


def cjk_literals(source: str) -> list[tuple[int, str]]:
    """(line, text) of every string in the code, docstrings aside, with Chinese in it."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and CJK.search(node.value)
    ]


# ---- the project


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@pytest.fixture(scope="module")
def messages() -> dict[str, dict[str, str]]:
    return {lang: read_messages(LOCALES / lang) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def project_uses() -> Uses:
    topics = {path.stem for path in LOCALES.glob("*/*.json")}
    uses = Uses()
    for path in python_files(*ROOMS):
        place = str(path.relative_to(ROOT))
        uses_in_python(uses, path.read_text(encoding="utf-8"), place, topics)
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.html")):
        place = str(path.relative_to(ROOT))
        uses_in_template(uses, path.read_text(encoding="utf-8"), place, topics)
    return uses


Messages = Mapping[str, Mapping[str, str]]


def test_both_languages_say_the_same_messages_with_the_same_parameters(messages: Messages) -> None:
    assert language_differences(messages) == []


def test_a_message_stands_in_the_file_of_its_topic() -> None:
    files = sorted(LOCALES.glob("*/*.json"))
    read = {path: json.loads(path.read_text(encoding="utf-8")) for path in files}
    assert [fault for path in files for fault in topic_faults(path.stem, read[path])] == []


def test_the_texts_keep_the_tone_of_a_bulletin(messages: Messages) -> None:
    assert tone_faults(messages) == []


def test_every_message_key_in_the_code_exists(project_uses: Uses, messages: Messages) -> None:
    assert unknown_keys(project_uses, messages["zh-CN"]) == []


def test_every_message_is_said_somewhere(project_uses: Uses, messages: Messages) -> None:
    assert unused_keys(project_uses, messages["zh-CN"]) == []


def test_keys_made_at_run_time_are_declared(project_uses: Uses, messages: Messages) -> None:
    assert pattern_faults(project_uses, DYNAMIC, messages["zh-CN"]) == []


def test_no_chinese_in_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:40]!r}"
        for path in [*python_files(*ROOMS, "benchmarks"), *sorted(ROOT.glob("*.py"))]
        for line, text in cjk_literals(path.read_text(encoding="utf-8"))
    ]
    assert found == []
