"""`python -m simulator`: a messenger on this machine, until Ctrl-C."""

import argparse
import asyncio
import sys

from simulator.clock import WallClock
from simulator.server import address, serve
from simulator.world import Simulator

BOTS = (("1000001:reporter", "reporter_bot", "Reporter"), ("1000002:officer", "officer_bot", "Officer"))


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A Bot API server with phones on a page.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--pace", type=float, default=1.0, help="how much of a simulated wait really passes")
    parser.add_argument("--bot", nargs=3, action="append", metavar=("TOKEN", "USERNAME", "NAME"), help="may be repeated")
    asked = parser.parse_args()
    try:
        asyncio.run(_serve(asked))
    except KeyboardInterrupt:
        return


async def _serve(asked: argparse.Namespace) -> None:
    sim = Simulator(clock=WallClock(pace=asked.pace))
    for token, username, name in asked.bot or BOTS:
        sim.add_bot(token, username, name)
    runner = await serve(sim, asked.host, asked.port)
    sys.stdout.write(f"{address(runner)}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    main()
