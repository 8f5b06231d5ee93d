"""Delete a deployed stack, once a person has typed its name."""

from botocore.exceptions import WaiterError

from local.operations.confirming import confirm
from local.operations.failure import OperationFailed
from local.operations.target import Target

NEVER_WHOLE = "It never was whole, so that no table stays, but what could not be cleared away does"
WAIT = {"Delay": 5, "MaxAttempts": 360}


def tear_down(target: Target) -> str:
    """What is left of it. Raises OperationFailed when the name that was typed is another, or nothing was deleted."""
    if not target.name:
        raise OperationFailed("Ctrl-C stops the local stack; name a deployed one with STAGE or STACK_NAME.")
    stays = _what_stays(target)
    print(f"{stays}\n\nAll else is deleted for good: queues and what is in them, secrets, logs, the API's address.")
    confirm(target.name, "to delete it", "Nothing was deleted.")
    cloudformation = target.client("cloudformation")
    cloudformation.delete_stack(StackName=target.name)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=target.name, WaiterConfig=WAIT)
    except WaiterError as unfinished:
        raise OperationFailed(f"The stack is not deleted: {unfinished}") from unfinished
    return f"{target.name} is deleted. {stays}"


def _what_stays(target: Target) -> str:
    """A stack has no outputs before its first deployment has ended well."""
    table = target.outputs.get("TableName")
    first = f"The table {table} stays with all its rows and costs what it stores" if table else NEVER_WHOLE
    return f"{first}; so do the versions of the layers, and what SAM uploaded to its bucket."
