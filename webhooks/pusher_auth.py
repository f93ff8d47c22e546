"""Pusher's channel authorisation and user authentication.

https://pusher.com/docs/channels/server_api/authorizing-users/
"""

from typing import Any

import pusher
from flask import Blueprint
from pydantic import BaseModel, Field

from webhooks.body import Body, read_form_or_json
from webhooks.caller import as_caller, signed_in
from webhooks.describe import CHANGES, JSON_BODY, SIGNED_IN, Answer, Operation, describe
from webhooks.problems import ProblemError
from webhooks.services import services

blueprint = Blueprint("pusher_auth", __name__)

SOCKET_ID = r"^\d{1,20}\.\d{1,20}$"
FORMS = ("application/json", "application/x-www-form-urlencoded")


class UserAuthBody(Body):
    """As pusher-js sends it."""

    socket_id: str = Field(pattern=SOCKET_ID)


class ChannelAuthBody(UserAuthBody):
    """As pusher-js sends it."""

    channel_name: str = Field(pattern=r"^(private|presence)-[-a-zA-Z0-9_=@,.;]{1,180}$")


class ChannelAuth(BaseModel):
    """What the client hands on to Pusher."""

    auth: str
    channel_data: str | None = Field(default=None, description="Presence channels only")
    shared_secret: str | None = Field(default=None, description="Encrypted channels only")


class UserAuth(BaseModel):
    """What the client hands on to Pusher."""

    auth: str
    user_data: str


def sign(
    client: pusher.Pusher, channel_name: str, socket_id: str, member: dict[str, Any] | None
) -> ChannelAuth:
    """The signature. The SDK gives the shared secret of an encrypted channel as bytes."""
    signed = client.authenticate(channel_name, socket_id, member)
    return ChannelAuth(
        **{
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in signed.items()
        }
    )


@blueprint.post("/v1/pusher/auth")
@describe(
    Operation(
        "Authorise a subscription to a private or presence channel",
        {200: Answer(ChannelAuth, "A signature for this socket and channel.")},
        body=ChannelAuthBody,
        body_types=FORMS,
        errors=(*SIGNED_IN, *CHANGES, *JSON_BODY, "channel_refused", "database_unavailable"),
    )
)
def channel() -> dict[str, Any]:
    """Whoever may read the row may hear of it: can_subscribe decides."""
    caller = signed_in("pusher_auth")
    body = read_form_or_json(ChannelAuthBody)
    context = as_caller(caller)
    if context.rpc("can_subscribe", {"channel": body.channel_name}) is not True:
        raise ProblemError("channel_refused")
    member: dict[str, Any] | None = None
    if body.channel_name.startswith("presence-"):
        profile = context.row("profiles", "handle", caller.id)
        if profile is None:
            raise ProblemError("channel_refused")
        member = {"user_id": caller.id, "user_info": {"handle": profile["handle"]}}
    if (
        body.channel_name.startswith("private-encrypted-")
        and not services().settings.pusher_encryption_master_key.get_secret_value()
    ):
        raise ProblemError("channel_refused")
    signed = sign(services().pusher, body.channel_name, body.socket_id, member)
    return signed.model_dump(exclude_none=True)


@blueprint.post("/v1/pusher/user-auth")
@describe(
    Operation(
        "Sign a connection in as the caller",
        {200: Answer(UserAuth, "A signature for this socket and user.")},
        body=UserAuthBody,
        body_types=FORMS,
        errors=(*SIGNED_IN, *CHANGES, *JSON_BODY, "database_unavailable"),
    )
)
def user() -> dict[str, Any]:
    """So that a revoked account's connections can be ended."""
    caller = signed_in("pusher_auth")
    body = read_form_or_json(UserAuthBody)
    signed = services().pusher.authenticate_user(body.socket_id, {"id": caller.id})
    return UserAuth(**signed).model_dump()
