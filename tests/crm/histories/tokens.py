"""A token endpoint whose refresh tokens rotate, and two workers who need one."""

from __future__ import annotations

from sightline.actions.sync import connections


class Killed(BaseException):
    """The worker dies here."""


class Tokens:
    """A token endpoint that rotates: a refresh token sent twice revokes everything."""

    def __init__(self, connection_id: int) -> None:
        self.connection_id = connection_id
        self.sent: list[str] = []
        self.count = 0
        self.valid = ""

    def reconnect(self) -> None:
        """A person allows the connection once more."""
        self.count += 1
        secrets = {"access_token": f"a{self.count}", "refresh_token": f"r{self.count}"}
        connections.reconnect(self.connection_id, secrets=secrets, actor_id=None)
        self.valid = secrets["refresh_token"]

    def renew(self, held: dict[str, str], *, crash: bool) -> dict[str, str]:
        """The endpoint's answer, or a death before it is stored."""
        token = held["refresh_token"]
        assert token not in self.sent, f"{token} was sent twice"
        assert token == self.valid
        self.sent.append(token)
        self.count += 1
        self.valid = f"r{self.count}"
        if crash:
            raise Killed
        return {"access_token": f"a{self.count}", "refresh_token": self.valid}

    def refresh_by_two(self, *, crash: bool) -> None:
        """Two workers whose access token died at once; a lost answer asks for a person."""
        if not self.valid:
            self.reconnect()
        _, seen = connections.secrets_of(self.connection_id)
        sent = len(self.sent)
        for number in range(2):
            try:
                connections.refresh_grant(
                    self.connection_id,
                    seen=seen,
                    renew=lambda held, n=number: self.renew(held, crash=crash and n == 0),
                )
            except Killed:
                self.reconnect()
        assert len(self.sent) == sent + 1, "one lost grant was refreshed twice"
