"""Runs moto's server as `moto_server` does, but for two things that take most of the time of a request to its S3, of which Trino makes
one for each partition that a query may read: which services moto has is looked up once, and requests are not logged."""

import logging

import moto.backends

MODULES = list(moto.backends.list_of_moto_modules())
moto.backends.list_of_moto_modules = lambda: MODULES

from moto.server import main  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.WARNING)
main()
