"""The same worlds in which the functions are called."""

from tests.deployment.fixtures import *
