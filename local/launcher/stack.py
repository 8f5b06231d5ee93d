"""One local stack, from nothing to ready and back to nothing."""

import fcntl
import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

from local.launcher import services
from local.launcher.aws import Aws
from local.launcher.cloudformation import rewrite
from local.launcher.contract import publish, withdraw
from local.launcher.deployment import Deployment, deploy, fill_secrets
from local.launcher.function_logs import keep_lines
from local.launcher.identity import Identity, identify
from local.launcher.layout import YOURS, StateDirectory, shown
from local.launcher.options import Options, Ports
from local.launcher.organizations import create_organizations
from local.launcher.polling import EVERY_SECONDS, Poller
from local.launcher.ports import settle
from local.launcher.problem import StackProblem
from local.launcher.processes import Child, Children
from local.launcher.pump import Pump, stream_mappings
from local.launcher.reloading import Functions, Reloader, Selling
from local.launcher.report import Steps, ready_message, vendors
from local.launcher.serving import serve
from local.launcher.translation import translate
from local.launcher.verify import verify
from local.launcher.yours import sold_by, with_yours

WATCH_SECONDS = 0.5


@dataclass(frozen=True)
class Stack:
    """What every step of starting a stack needs to know; `undo` stops and removes what the steps began."""

    options: Options
    ports: Ports
    identity: Identity
    aws: Aws
    undo: ExitStack
    steps: Steps
    failures: "queue.SimpleQueue[StackProblem]" = field(default_factory=queue.SimpleQueue)
    begun: threading.Event = field(default_factory=threading.Event)
    """Set once everything is there that a new stack has."""

    @property
    def state(self) -> StateDirectory:
        return self.options.state


def run(options: Options) -> None:
    """Start the stack, say that it is ready, and watch it until interrupted; then leave nothing behind."""
    steps = Steps(quiet=options.quiet)
    with _alone(options.state), ExitStack() as undo:
        ports = settle(options.ports)
        identity = identify(options, ports)
        steps.say("Starting the local stack:")
        stack = Stack(options, ports, identity, Aws(identity.aws), undo, steps)
        children, reload = _start(stack)
        steps.say(ready_message(identity, options.organizations, steps.seconds, shown(options.state.logs)))
        _watch(children, reload, stack.failures)


@contextmanager
def _alone(state: StateDirectory) -> Iterator[None]:
    """Hold the state directory; the lock ends with this process, however that ends."""
    state.root.mkdir(parents=True, exist_ok=True)
    directory = os.open(state.root, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        os.close(directory)
        process = state.launcher.read_text().strip()
        raise StackProblem(
            f"Your own stack is running already, as process {process}; its addresses are in {shown(state.contract)}. "
            f"Ctrl-C where it runs stops it, and so does `kill {process}`."
        ) from held
    state.launcher.write_text(f"{os.getpid()}\n")
    try:
        yield
    finally:
        state.launcher.unlink()
        os.close(directory)


def _start(stack: Stack) -> tuple[Children, Callable[[], None]]:
    """The processes to watch, and what takes in edits."""
    withdraw(stack.state.contract)
    shutil.rmtree(stack.state.temporary, ignore_errors=True)
    # Registered first, hence done last: the emulator's workers run from there.
    stack.undo.callback(shutil.rmtree, stack.state.temporary, ignore_errors=True)
    children = stack.undo.enter_context(Children(stack.state.logs))
    emulator = children.start(services.emulator(stack.state, stack.ports.aws))
    stack.state.item_prices.write_text(sold_by(stack.options.yours))
    if stack.options.kept:
        stack.options.kept.mkdir(exist_ok=True)
    simulators = [children.start(one) for one in services.simulators(stack.identity, stack.options, stack.ports)]
    deployment, functions = _deploy(stack, emulator)
    going_on = _keep(stack, deployment)
    stack.undo.callback(keep_lines, stack.aws, stack.state.logs / "functions.log")
    pumps = _pump(stack)
    serve(stack, deployment, pumps)
    for simulator in simulators:
        simulator.await_ready()
    if not stack.identity.chargebee_simulator:
        _poll(stack, deployment)
    stack.steps.done(vendors(stack.identity))
    verify(stack.aws, deployment, stack.identity.app, pumps)
    stack.steps.done("every route, queue, stream and time to live found working")
    if going_on:
        going_on()
    elif stack.identity.scalekit_simulator:
        create_organizations(stack.identity.scalekit_simulator, stack.options.organizations)
        stack.steps.done(f"organizations created: {', '.join(stack.options.organizations)}")
    stack.begun.set()
    stack.undo.callback(withdraw, stack.state.contract)
    publish(stack.state.contract, stack.identity, deployment)
    return children, _reloading(stack, functions)


def _keep(stack: Stack, deployment: Deployment) -> Callable[[], None] | None:
    """Bring back what the last stack left, and leave it to the next one. What is left to do where anything was left."""
    if stack.options.kept is None:
        return None
    # With boto3, which loads while the emulator starts.
    from local.launcher import keeping  # noqa: PLC0415

    path = stack.options.kept / "aws.json"
    left = path.exists()
    if left:
        stack.steps.done(keeping.bring_back(stack.aws, deployment, path))

    def leave() -> None:
        """What a start that did not come to its end has is less than what was kept before."""
        if stack.begun.is_set():
            keeping.keep(stack.aws, deployment, path)

    # Done before the emulator is stopped, and after nothing comes from outside any more.
    stack.undo.callback(leave)
    return partial(keeping.catch_up, stack.aws, deployment, path) if left else None


def _reloading(stack: Stack, functions: Functions) -> Callable[[], None]:
    """Nothing is edited in a copy of the layer."""
    if stack.options.yours != YOURS:
        return lambda: None
    site, sold = stack.identity.chargebee_simulator, partial(sold_by, YOURS)
    return Reloader(functions, YOURS, Selling(site, sold) if site else sold, stack.steps.say).reload


def _deploy(stack: Stack, emulator: Child) -> tuple[Deployment, Functions]:
    translation = translate(stack.options.template, stack.state.translations)
    translation = with_yours(translation, stack.options.yours, stack.state)
    template = rewrite(translation, _function_environment(stack))
    stack.steps.done(f"{stack.options.template.name} translated to CloudFormation")
    # Made before they are used: boto3 loads while the emulator starts.
    for service in ("s3", "cloudformation", "dynamodb", "lambda"):
        stack.aws.client(service)
    emulator.await_ready()
    stack.steps.done("AWS emulator started")
    deployment = deploy(stack.aws, template, translation.code, stack.identity.template_parameters)
    fill_secrets(stack.aws, deployment, stack.identity.secrets)
    functions, queues = (deployment.of_type(f"AWS::{kind}") for kind in ("Lambda::Function", "SQS::Queue"))
    stack.steps.done(f"deployed: {len(functions)} functions, {len(queues)} queues")
    ours = {name: functions[name] for name in translation.code.keys() & functions.keys()}
    return deployment, Functions(stack.aws.client("lambda"), ours, translation.code)


def _function_environment(stack: Stack) -> dict[str, str]:
    """What a function needs here and not on AWS: the stack's clock, and the simulator's own gRPC certificate."""
    clock = {"LOCAL_CLOCK": str(stack.options.clock)}
    if not stack.identity.scalekit_simulator:
        return clock
    return {**clock, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(stack.state.scalekit / "ca.pem")}


def _pump(stack: Stack) -> list[Pump]:
    def report(pump: Pump, error: BaseException) -> None:
        stack.failures.put(StackProblem(f"{pump.name} stopped: {error!r}"))

    pumps = [Pump(stack.aws, mapping, report) for mapping in stream_mappings(stack.aws)]
    for pump in pumps:
        stack.undo.callback(pump.stop)
        pump.start()
    return pumps


def _poll(stack: Stack, deployment: Deployment) -> None:
    """The first question tells at once whether the site takes the key."""
    function = deployment.physical_ids["Reconcile"]
    poller = Poller(stack.aws.client("lambda"), function, stack.steps.say, EVERY_SECONDS)
    poller.ask()
    stack.undo.callback(poller.stop)
    poller.start()


def _watch(children: Children, reload: Callable[[], None], failures: "queue.SimpleQueue[StackProblem]") -> None:
    """Until a signal ends it, or a part of the stack fails."""
    while True:
        children.raise_if_one_died()
        reload()
        try:
            raise failures.get(timeout=WATCH_SECONDS)
        except queue.Empty:
            continue
