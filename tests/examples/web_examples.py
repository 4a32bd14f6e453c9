"""Own the table of the web examples: which application each has, and which server suits it."""

from typing import Final

import attrs
from werkzeug import Request

from tests.examples.serving import Server, aiohttp_server, asgi, development, function_url, wsgiref


@attrs.frozen(kw_only=True)
class Example:
    """A web example, and how it is served."""

    file: str
    """Name of its file, without the ending."""

    app: str
    """Name of the application in it."""

    serve: Server
    """Its server."""


WEB_EXAMPLES: Final = (
    Example(file="aiohttp_app", app="app", serve=aiohttp_server),
    Example(file="asgi_app", app="app", serve=asgi),
    Example(file="aws_lambda", app="handler", serve=function_url),
    Example(file="django_app", app="application", serve=wsgiref),
    Example(file="fastapi_app", app="app", serve=asgi),
    Example(file="flask_app", app="app", serve=development),
    Example(file="plain_function", app="juspay", serve=lambda app: development(Request.application(app))),
    Example(file="return_page", app="app", serve=development),
    Example(file="starlette_app", app="app", serve=asgi),
    Example(file="wsgi_app", app="application", serve=wsgiref),
)
"""Every example that takes requests, in the order of their names."""
