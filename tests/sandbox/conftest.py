"""The same simulator that the adapters are tested with."""

from tests.chargebee.fixtures import *
