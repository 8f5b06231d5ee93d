from tests.chargebee.fixtures import *
