"""The reference of the announcements, made from their types: a JSON Schema and the page that reads it out."""

import ast
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from billing.announcements.hook_names import HOOKS
from billing.published import ANNOUNCEMENTS
