"""The operator's command line."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.launcher.layout import ROOT, StateDirectory
from local.operations import importing, reconciling
from local.operations.bringing_balances import BRING, JUDGE, bring_balances
from local.operations.dead_letters import RELAY, discard, listed, redrive_one
from local.operations.exporting import export
from local.operations.failure import OperationFailed
from local.operations.forgetting import forget
from local.operations.log_lines import LEVELS, about_organization, at_least, mentioning
from local.operations.migrating import migrate
from local.operations.moments import duration, moment
from local.operations.redriving import QUEUES, redrive
from local.operations.relaying import relay_again
from local.operations.restoring import restore
from local.operations.setting_secrets import drop_previous, from_file, from_terminal, set_secrets
from local.operations.showing import follow, show, trace
from local.operations.target import Target, find_target
from local.operations.tearing_down import tear_down

INTERRUPTED = 130
ALL_QUEUES = (*QUEUES, RELAY)

type Operation = Callable[[Target], str]


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Do one operation, and say on which stack. A failure is one line and status 1, Ctrl-C one and status 130."""
    given = _parser().parse_args(arguments)
    operation: Operation = given.operation(given)
    try:
        target = find_target(StateDirectory(given.state).contract, environ)
        print(f"Acting on {target.description}.", flush=True)
        print(operation(target))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except (OperationFailed, BotoCoreError, ClientError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.operations",
        description="Operate the stack of STAGE or STACK_NAME, else the local one while it runs.",
    )
    parser.add_argument("--state", type=Path, default=ROOT / ".local", help="directory of the local stack's files")
    commands = parser.add_subparsers(required=True, metavar="command")

    replay = commands.add_parser("replay", help="feed Chargebee's events again; what was applied stays as it is")
    replay.add_argument("--since", type=_moment, required=True, help="2h, 3d or 2026-11-21T10:00Z")
    replay.add_argument("--org", type=_organization_id, help="only this organization's")
    replay.set_defaults(operation=lambda given: _task(reconciling.replay(given.since, given.org)))

    sync = commands.add_parser("sync", help="read one organization from Chargebee now")
    sync.add_argument("--org", type=_organization_id, required=True)
    sync.set_defaults(operation=lambda given: _task(reconciling.sync(given.org)))

    reconcile = commands.add_parser("reconcile", help="find what both vendors know and we do not")
    reconcile.add_argument("--window", type=_duration, default=duration("2h"), help="how far back: 2h, 3d")
    reconcile.set_defaults(operation=lambda given: _task(reconciling.reconcile(given.window)))

    logs = commands.add_parser("logs", help="what the functions logged")
    logs.add_argument("--org", help="only of this organization")
    logs.add_argument("--level", choices=LEVELS, default="DEBUG", help="only of this level or a graver one")
    logs.add_argument("--id", help="only in which this id occurs")
    logs.add_argument("--since", type=_moment, default="1h", help="2h, 3d or 2026-11-21T10:00Z")
    logs.add_argument("--follow", dest="show", action="store_const", const=follow, default=show, help="as they come")
    logs.set_defaults(operation=_logs)

    tracing = commands.add_parser("trace", help="the way of one request or event, in order of time")
    tracing.add_argument("id", metavar="ID", help="a requestId, an event's id, an announcement's key")
    tracing.add_argument("--since", type=_moment, default="3d", help="2h, 3d or 2026-11-21T10:00Z")
    tracing.set_defaults(operation=lambda given: lambda target: trace(target, given.id, given.since))

    dead = commands.add_parser("dead", help="list the dead letters: id, queue, organization, event, age, reason")
    dead.add_argument("--queue", choices=ALL_QUEUES, help="only this queue's")
    dead.set_defaults(operation=lambda given: lambda target: listed(target, _queues(given)))

    redrive = commands.add_parser("redrive", help="move dead letters back to their queue")
    redrive.add_argument("--queue", choices=ALL_QUEUES, help="only this queue's")
    redrive.add_argument("--id", help="only this one")
    redrive.set_defaults(operation=_redrive)

    discarding = commands.add_parser("discard", help="throw one dead letter away for good")
    discarding.add_argument("id", metavar="ID", help="as `dead` lists it")
    discarding.add_argument("--reason", type=_reason, required=True, help="the log keeps it")
    discarding.set_defaults(operation=lambda given: lambda target: discard(target, given.id, given.reason, ALL_QUEUES))

    migrating = commands.add_parser("migrate", help="rewrite the rows of older versions, while everything runs")
    migrating.set_defaults(operation=lambda given: migrate)

    restoring = commands.add_parser("restore", help="bring back from a restored copy what the table has lost")
    restoring.add_argument("--from", dest="source", required=True, help="the name of the table that DynamoDB restored")
    restoring.add_argument("--org", type=_organization_id, help="only this organization's rows")
    restoring.set_defaults(operation=lambda given: lambda target: restore(target, given.source, given.org))

    tearing_down = commands.add_parser("teardown", help="delete a deployed stack, and say what stays")
    tearing_down.set_defaults(operation=lambda given: tear_down)
    _add_what_is_given(commands)
    _add_data_requests(commands)
    return parser


def _add_what_is_given(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """What a team brings along: customers from before, and secrets."""
    bringing = commands.add_parser("import", help="map Chargebee's customers to their organizations: a dry run, or it")
    bringing.add_argument("--apply", dest="act", action="store_const", const=importing.apply, default=importing.plan)
    bringing.add_argument("--csv", type=Path, help="organizations that you name: customer_id,organization_id")
    bringing.add_argument("--report", type=Path, default=Path("import.csv"), help="where every row is told")
    bringing.add_argument("--rate", type=_rate, default=1.0, help="how many are mapped in a second at most")
    bringing.set_defaults(operation=_import)

    balances = commands.add_parser("import-balances", help="bring balances and uses from before: a dry run, or it")
    balances.add_argument("--apply", dest="task", action="store_const", const=BRING, default=JUDGE)
    balances.add_argument("--csv", type=Path, required=True, help="a row for each balance or use: see the guide")
    balances.add_argument("--report", type=Path, default=Path("import-balances.csv"), help="where every row is told")
    balances.set_defaults(operation=_import_balances)

    secrets = commands.add_parser("secrets", help="fill the stack's secrets, or rotate them: asks for each")
    secrets.add_argument("--file", type=Path, help="take them from lines NAME=value instead, as .env has them")
    secrets.set_defaults(operation=lambda given: _set_secrets(given.file))

    dropping = commands.add_parser("drop-previous", help="accept the webhook secrets before the last rotation no more")
    dropping.set_defaults(operation=lambda given: drop_previous)


def _add_data_requests(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """What people may ask of whoever keeps their data."""
    exporting = commands.add_parser("export", help="write all that is known of one organization into a file")
    exporting.add_argument("--org", type=_organization_id, required=True)
    exporting.add_argument("--file", type=Path, help="where to; export-ORG.json without it")
    exporting.set_defaults(operation=_export)

    forgetting = commands.add_parser("forget", help="erase one organization, but for what your books need")
    forgetting.add_argument("--org", type=_organization_id, required=True)
    forgetting.add_argument("--confirm", default="", help="the organization's id once more, instead of typing it")
    forgetting.set_defaults(operation=lambda given: lambda target: forget(target, given.org, given.confirm))


def _export(given: argparse.Namespace) -> Operation:
    path = given.file or Path(f"export-{given.org}.json")
    return lambda target: export(target, given.org, path)


def _logs(given: argparse.Namespace) -> Operation:
    wanted = [at_least(given.level)]
    wanted += [about_organization(given.org)] if given.org else []
    wanted += [mentioning(given.id)] if given.id else []
    return lambda target: str(given.show(target, wanted, given.since))


def _import(given: argparse.Namespace) -> Operation:
    wanted = importing.Import(given.report, given.csv, given.rate)
    return lambda target: str(given.act(target, wanted))


def _import_balances(given: argparse.Namespace) -> Operation:
    return lambda target: bring_balances(target, given.task, given.csv, given.report)


def _set_secrets(file: Path | None) -> Operation:
    """Nobody is asked before the stack is found."""
    return lambda target: set_secrets(target, from_file(file) if file else from_terminal())


def _task(task: reconciling.Task) -> Operation:
    return lambda target: reconciling.readable(reconciling.run_whole(task, target))


def _queues(given: argparse.Namespace) -> tuple[str, ...]:
    return (given.queue,) if given.queue else ALL_QUEUES


def _redrive(given: argparse.Namespace) -> Operation:
    if given.id:
        return lambda target: redrive_one(target, given.id, _queues(given))
    return lambda target: "\n".join(_redriven(queue, target) for queue in _queues(given))


def _redriven(queue: str, target: Target) -> str:
    """Announcements have no queue to go back to: they are relayed at once."""
    return f"relay: {relay_again(target)} relayed" if queue == RELAY else f"{queue}: {redrive(queue, target)} moved"


def _moment(text: str) -> int:
    return _argument(lambda: moment(text, int(time.time())))


def _duration(text: str) -> int:
    return _argument(lambda: duration(text))


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return rate


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("why is it of no use? Whoever looks for it later will ask")
    return text


def _organization_id(text: str) -> str:
    if not text.startswith("org_"):
        raise argparse.ArgumentTypeError(f"{text!r} is not an organization's id: these start with org_")
    return text


def _argument(read: Callable[[], int]) -> int:
    """argparse shows the words of its own error alone."""
    try:
        return read()
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
