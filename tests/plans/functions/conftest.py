from tests.deployment.fixtures import *
