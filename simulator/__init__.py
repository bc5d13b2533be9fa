"""A Telegram on your own machine: a Bot API server over real HTTP, people with phones, and a page that shows them.

For tests, training and the demonstration. Laws: it imports nothing of the program it serves, never calls anything but the
webhooks that bots name, and refuses what Telegram refuses, in Telegram's words.
"""

from simulator.clock import HandClock, WallClock
from simulator.errors import ActionImpossible, ApiError, ButtonMissing, NotHeard
from simulator.faults import Fault, Limits
from simulator.ids import Ids
from simulator.people import Person, Phone
from simulator.screen import Button, Shown
from simulator.server import address, create_app, serve
from simulator.world import Simulator

__all__ = [
    "ActionImpossible",
    "ApiError",
    "Button",
    "ButtonMissing",
    "Fault",
    "HandClock",
    "Ids",
    "Limits",
    "NotHeard",
    "Person",
    "Phone",
    "Shown",
    "Simulator",
    "WallClock",
    "address",
    "create_app",
    "serve",
]
