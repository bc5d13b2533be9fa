"""Reads the YAML files of flows/. Laws: `yes`, `no`, `on` and `off` are words, not truths; a key is written once.

Codes such as `yes` and languages such as `no` would silently become booleans under YAML 1.1, and the second of two equal keys
would silently win.
"""

import re
from collections.abc import Hashable
from pathlib import Path

import yaml

from flows.errors import ScriptBroken

_TRUTHS = re.compile(r"^(?:true|false)$")


class _Loader(yaml.SafeLoader):
    """A safe loader that knows only `true` and `false` as truths."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Refuse a key that is written twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is written twice", node.start_mark)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _TRUTHS, list("tf"))


def parse(name: str, text: str) -> dict[str, object]:
    """Read one document whose root is a mapping; `ScriptBroken` says where it is not YAML."""
    try:
        document = yaml.load(text, _Loader)  # noqa: S506 - the loader is a SafeLoader
    except yaml.YAMLError as error:
        raise ScriptBroken(name, (str(error).replace("\n", " "),)) from None
    if not isinstance(document, dict):
        raise ScriptBroken(name, ("the document is not a mapping",))
    return document


def read(*parts: str) -> dict[str, object]:
    """Read a YAML file of this package by its path inside it."""
    path = Path(__file__).parent.joinpath(*parts)
    return parse("/".join(parts), path.read_text(encoding="utf-8"))
