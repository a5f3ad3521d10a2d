"""The `sightline` command. Each command's module is loaded only when it is called, so that
`ledger` and `insight` start without Django and `--help` is quick.

Exit codes: 0 done; 1 refused or partly failed, with a report; 2 wrong use.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from sightline import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("sightline.cli.demo:demo", "Make or remove the generated demonstration company."),
    "doctor": ("sightline.cli.doctor:doctor", "Say what state this installation is in."),
    "import": ("sightline.cli.import_:import_command", "Bring in a Salesforce export or files."),
    "insight": ("sightline.cli.insight:insight", "Insights over a ledger, without a database."),
    "ledger": ("sightline.cli.ledger:ledger", "Load and inspect a ledger of lines."),
    "measure": ("sightline.cli.measure:measure", "Compute the measures of every account."),
    "migrate": ("sightline.cli.serve:migrate", "Bring the database to this version."),
    "requalify": ("sightline.cli.measure:requalify", "Compute every account's tier."),
    "serve": ("sightline.cli.serve:serve", "Run the web server, with a worker beside it."),
    "sync": ("sightline.jobs.sync.command:sync", "Keep plans and a CRM in step."),
    "user": ("sightline.cli.user:user", "Create sign-ins and change what they may do."),
    "worker": ("sightline.jobs.command:worker", "Run a worker."),
}
WITHOUT_DJANGO = frozenset({"ledger", "insight"})
WITHOUT_TABLES = frozenset({"migrate", "serve", "start", "doctor"})
HIDDEN: dict[str, str] = {"start": "sightline.cli.start:start"}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, by name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, setting Django up first where it needs it."""
        place = COMMANDS[cmd_name][0] if cmd_name in COMMANDS else HIDDEN.get(cmd_name)
        if place is None:
            return None
        if cmd_name not in WITHOUT_DJANGO:
            _set_up_django()
        module, _, name = place.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run the command named; one that needs the database finds its tables there."""
        named = next(iter([*ctx._protected_args, *ctx.args]), "")
        asks_only = any(word in {"-h", "--help"} for word in ctx.args)
        if named in COMMANDS and named not in WITHOUT_DJANGO | WITHOUT_TABLES and not asks_only:
            _set_up_django()
            _need_tables()
        return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
    # settings stand above every room, so they are named here and not imported
    problem_of = import_module("sightline.config.environment").EnvironmentProblem
    try:
        import django

        django.setup()
    except problem_of as problem:
        raise click.ClickException(str(problem)) from problem


def _need_tables() -> None:
    """A database that is new gets its tables; one that is behind asks for `migrate`."""
    from django.db.utils import OperationalError

    from sightline.cli import layout

    try:
        behind = layout.tables_behind()
        if behind == "new":
            layout.migrate_if_behind()
    except OperationalError as problem:
        raise click.ClickException(
            f"The database cannot be reached: {problem} Check DATABASE_URL and SIGHTLINE_DATA."
        ) from problem
    if behind == "behind":
        raise click.ClickException("The database is behind this version. Run: sightline migrate")


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="sightline")
def sightline() -> None:
    """Account planning for B2B revenue teams, on the CRM's own data.

    The folder of database, ledger and uploads is SIGHTLINE_DATA.
    """


def main() -> None:
    """Run the command; a broken pipe (as by `| head`) is no error, a full disk one in a sentence."""
    try:
        sightline(prog_name="sightline")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as problem:
        said = import_module("sightline.cli.storage").in_words(problem)
        if said is None:
            raise
        click.echo(f"Error: {said}", err=True)
        sys.exit(1)
