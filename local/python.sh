#!/bin/sh
# Runs the first Python 3.13 of this machine with the given arguments: the Lambda runtime's own version.
is_313() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

CDPATH= cd "$(dirname "$0")/.." || exit 1
pyenv_python="$(command -v pyenv >/dev/null 2>&1 && pyenv prefix 2>/dev/null)/bin/python"
for candidate in python3.13 python3 python "$pyenv_python"; do
    if is_313 "$candidate"; then exec "$candidate" "$@"; fi
done
if command -v uv >/dev/null 2>&1; then exec uv run --no-project --python 3.13 python "$@"; fi
echo "Python 3.13 was not found (as python3.13, python3, or through pyenv or uv): install it and try again." >&2
exit 1
