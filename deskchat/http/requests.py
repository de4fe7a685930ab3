"""A request whose JSON body is read as what the route says it is: strictly, a number is never a string of digits."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from typing_extensions import override

from deskchat.domain.errors import Invalid
from deskchat.domain.sessions import SignedIn


class ApiRequest(Request[SignedIn, Any, State]):
    @override
    async def json(self) -> Any:
        """The route's own struct. Invalid says where in the body it went wrong."""
        field = self.route_handler.parsed_data_field
        try:
            return msgspec.json.decode(await self.body(), type=field.annotation if field else Any)
        except msgspec.DecodeError as error:
            raise Invalid(f"{error}.") from error
        except UnicodeDecodeError as error:
            raise Invalid("The request is not UTF-8.") from error
        except RecursionError as error:
            raise Invalid("The request is nested too deeply.") from error
