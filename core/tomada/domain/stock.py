"""What is published of stock."""

from typing import Annotated

from pydantic import Field

from tomada.domain.payload import Payload


class Balance(Payload):
    """The absolute number of pieces that a store may sell of one product or variation (S1)."""

    quantity: Annotated[int, Field(ge=0)]
