"""Which hooks the team has written: those that its `hooks.py` has a name for, which is read and not run."""

import symtable


def written(source: str) -> frozenset[str]:
    """The names that the file binds. Raises SyntaxError.

    Whoever relays may not run it: it is the team's own code, and may import what only its own function has.
    """
    names = symtable.symtable(source, "hooks.py", "exec").get_symbols()
    return frozenset(each.get_name() for each in names if each.is_assigned() or each.is_imported())
