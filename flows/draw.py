"""Draws a script as a Mermaid diagram, so that the picture in the documentation is always the script that runs.

Only what the script says is drawn. Help, hide, stop, back, skip and the question about a risk are at every node.
"""

from collections.abc import Iterator

from flows.script import Exit, Node, Option, Script

_SHAPES = {
    "choose": ("{{", "}}"),
    "tick": ("[[", "]]"),
    "write": ("[/", "/]"),
    "talk": ("[/", "/]"),
    "place": (">", "]"),
    "inform": ("[", "]"),
    "review": ("[(", ")]"),
    "end": ("([", "])"),
}


def mermaid(script: Script) -> str:
    """The script as a Mermaid flowchart."""
    lines = ["flowchart TD"]
    for node in script.nodes.values():
        before, after = _SHAPES[node.kind]
        lines.append(f'    {node.name}{before}"{node.name}"{after}')
    for node in script.nodes.values():
        lines += _ways(node)
    danger = [node.name for node in script.nodes.values() if node.mood == "danger"]
    if danger:
        lines += ["    classDef danger stroke-width:4px", f"    class {','.join(danger)} danger"]
    return "\n".join(lines) + "\n"


def _ways(node: Node) -> Iterator[str]:
    for option in node.options:
        if option.visit is not None:
            yield _way(node.name, option.visit, f"{option.code}, and back{_opens(option)}")
        elif option.to is not None:
            yield _way(node.name, option.to, f"{option.code}{_opens(option)}")
    yield from (_way(node.name, one.to, _condition(one)) for one in node.to)
    yield from (_way(node.name, one.to, f"skip {_condition(one)}".strip(), dotted=True) for one in node.skip)


def _opens(option: Option) -> str:
    done = [effect.name for effect in option.do if effect.name in {"danger", "send", "withdraw", "discard"}]
    return f" ({', '.join(done)})" if done else ""


def _condition(one: Exit) -> str:
    return "" if one.when is None else "if " + ", ".join(sorted(one.when.steps()) or [one.when.key or one.when.kind])


def _way(start: str, end: str, label: str, *, dotted: bool = False) -> str:
    arrow = "-.->" if dotted else "-->"
    return f'    {start} {arrow}|"{label}"| {end}' if label else f"    {start} {arrow} {end}"
