"""What listens at the app's address: the pages with what is behind them, and the API."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local.launcher.front import Backstage, FrontServer
from local.launcher.http_api import API
from local.launcher.layout import DEMO_PAGES
from local.launcher.problem import StackProblem
from local.shared_clock import SharedClock

if TYPE_CHECKING:
    from local.launcher.deployment import Deployment
    from local.launcher.pump import Pump
    from local.launcher.stack import Stack


def serve(stack: Stack, deployment: Deployment, pumps: list[Pump]) -> None:
    """Until the stack stops."""
    apis = [name for name in deployment.of_type(API) if "Condition" not in deployment.resources[name]]
    if len(apis) != 1:
        raise StackProblem(f"The template has {len(apis)} HTTP APIs; the stack serves exactly one.")
    gateway = f"{stack.identity.aws}/_aws/execute-api/{deployment.physical_ids[apis[0]]}/$default"
    config = {
        "scalekit": stack.identity.scalekit,
        "clientId": stack.identity.client_id,
        "scalekitSimulator": stack.identity.scalekit_simulator,
        "chargebeeSimulator": stack.identity.chargebee_simulator,
    }
    front = FrontServer(
        stack.ports.app, gateway, DEMO_PAGES, config, _backstage(stack, deployment, pumps), public=stack.identity.pages
    )
    stack.undo.callback(front.stop)
    front.start()


def _backstage(stack: Stack, deployment: Deployment, pumps: list[Pump]) -> Backstage:
    # With boto3, which loads while the emulator starts.
    from local.backstage import endpoints, journal, reading  # noqa: PLC0415
    from local.operations.log_lines import read_lines  # noqa: PLC0415
    from local.operations.target import Target  # noqa: PLC0415

    target = Target("the local stack", deployment.outputs, stack.aws.client)
    vendors = stack.identity.chargebee_simulator, stack.identity.scalekit_simulator
    kept = journal.Journal(partial(read_lines, target))
    clock = SharedClock(stack.options.clock)
    return partial(endpoints.answer, reading.RunningStack(target, kept, stack.state.temporary, *vendors, clock, pumps))
