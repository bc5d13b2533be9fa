"""What can be wrong with the files that flows are made of. What a reporter does is never an error: it is an event.

FlowError
├── ScriptBroken        a YAML file of flows/ does not have the shape it must have; the deployer mends it
└── SessionUnreadable   a stored session is of a version that this program does not know
"""


class FlowError(Exception):
    """The flow cannot run."""


class ScriptBroken(FlowError):
    """A file of flows/ does not have the shape it must have; `problems` names every place."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.name = name
        self.problems = problems


class SessionUnreadable(FlowError):
    """A stored session is of a version that this program does not know."""

    def __init__(self, version: object) -> None:
        super().__init__(f"session version {version!r}")
