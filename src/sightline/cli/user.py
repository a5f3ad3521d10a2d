"""`sightline user`: create sign-ins and change what they may do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import click

from sightline.actions import people
from sightline.planning.errors import PlanningError
from sightline.records.queries import sign_ins


@click.group()
def user() -> None:
    """Create sign-ins and change what they may do."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name; the e-mail without it.")
@click.option("--role", "roles", multiple=True, help="A role; may be given several times.")
@click.option("--admin", is_flag=True, help="The same as --role operations.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input's first line."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def create(
    email: str,
    name: str,
    roles: tuple[str, ...],
    admin: bool,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Create a sign-in. Without --password-stdin a random password is made and shown once."""
    given = sys.stdin.readline().rstrip("\n") if password_stdin else None
    password = given if given is not None else people.fresh_password()
    wanted = people.NewSignIn(
        email=email,
        name=name,
        roles=frozenset(roles) | ({"operations"} if admin else frozenset()),
        password=password,
    )
    try:
        created = people.create_sign_in(wanted, actor_id=None)
    except PlanningError as problem:
        raise click.ClickException(str(problem)) from problem
    if as_json:
        answer = {"id": created, "email": email, "roles": sorted(wanted.roles)}
        click.echo(json.dumps(answer if password_stdin else {**answer, "password": password}))
        return
    click.echo(f"Created {email} with roles: {', '.join(sorted(wanted.roles)) or 'none'}.")
    if not password_stdin:
        click.echo(f"Password (shown this once): {password}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def list_(as_json: bool) -> None:
    """List the sign-ins with their roles."""
    rows = sign_ins.all_sign_ins()
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows]))
        return
    if not rows:
        click.echo("No sign-ins yet. Create the first: sightline user create EMAIL --admin")
    for row in rows:
        state = "" if row.is_active else "  (deactivated)"
        click.echo(f"{row.email:40} {', '.join(row.roles)}{state}")


@user.command()
@click.argument("email")
@click.argument("roles", nargs=-1)
def roles(email: str, roles: tuple[str, ...]) -> None:
    """Give EMAIL exactly these ROLES."""
    _do(email, lambda found: people.set_roles(found, roles, actor_id=None))
    click.echo(f"{email} has roles: {', '.join(sorted(roles)) or 'none'}.")


@user.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Shut EMAIL out; its sessions end at the next request."""
    _do(email, lambda found: people.set_active(found, active=False, actor_id=None))
    click.echo(f"{email} cannot sign in any more.")


@user.command()
@click.argument("email")
def activate(email: str) -> None:
    """Let EMAIL in again."""
    _do(email, lambda found: people.set_active(found, active=True, actor_id=None))
    click.echo(f"{email} can sign in again.")


@user.command()
@click.argument("email")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read it from standard input.")
def password(email: str, from_stdin: bool) -> None:
    """Give EMAIL a new password: a random one, shown once, unless --stdin."""
    given = sys.stdin.readline().rstrip("\n") if from_stdin else None
    fresh = given if given is not None else people.fresh_password()
    _do(email, lambda found: people.set_password(found, fresh, actor_id=None))
    click.echo("Changed." if from_stdin else f"New password (shown this once): {fresh}")


def _do(email: str, change: Callable[[int], None]) -> None:
    found = sign_ins.id_of_email(email)
    if found is None:
        raise click.ClickException(f"There is no sign-in {email}. See: sightline user list")
    try:
        change(found)
    except PlanningError as problem:
        raise click.ClickException(str(problem)) from problem
