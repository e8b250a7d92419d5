"""The console script `entente`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from .failure import Failure
from .folder import Folder
from .i18n import _
from .programs import SERVICES

out = Console(highlight=False)


class Commands(TyperGroup):
    """Ends a failed command with one sentence."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Failure as failure:
            _fail(str(failure))
        except OSError as error:
            _fail(_("{path}: {reason}").format(path=error.filename or "entente", reason=error.strerror or error))


def _fail(sentence: str) -> None:
    Console(stderr=True).print(Text("✗ ", "bold red").append(sentence, "default"), soft_wrap=True)
    raise typer.Exit(1)


app = typer.Typer(
    cls=Commands,
    help=_("Entente on this machine: databases, broker, services and gateway in one command."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help=_("Operator keys."), no_args_is_help=True)
app.add_typer(keys, name="key")

Data = Annotated[
    Path, typer.Option("--data", envvar="ENTENTE_DATA", help=_("The data folder."), show_default=True, file_okay=False)
]
DEFAULT_DATA = Path(".entente")


def _folder(data: Path) -> Folder:
    return Folder(data.absolute())


@app.command(help=_("Start everything: until Ctrl-C, or in the background with --detach."))
def up(
    data: Data = DEFAULT_DATA,
    port_base: Annotated[
        int | None,
        typer.Option(
            min=1, max=65530, help=_("The gateway's port; the others follow it. Default: 8100, or as last time.")
        ),
    ] = None,
    *,
    detach: Annotated[bool, typer.Option("--detach/--foreground", help=_("Return when everything is ready."))] = False,
) -> None:
    from .up import up

    raise typer.Exit(up(_folder(data), port_base, out, detach=detach))


@app.command(
    help=_("Play the demonstration on real figures. Starts everything where nothing runs, and leaves it running.")
)
def demo(
    data: Data = DEFAULT_DATA,
    url: Annotated[str | None, typer.Option(help=_("A gateway that runs elsewhere; needs --key."))] = None,
    operator_key: Annotated[
        str | None, typer.Option("--key", envvar="ENTENTE_OPERATOR_KEY", help=_("An operator key of that gateway."))
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help=_("Where the chart and the figures go. Default: in the data folder."))
    ] = None,
) -> None:
    from .demo.command import demo
    from .ports import Ports
    from .tools import create_key
    from .up import up

    folder = _folder(data)
    if url is None:
        if (code := up(folder, None, out, detach=True)) != 0:
            raise typer.Exit(code)
        url, operator_key = Ports(folder.port_base).url("gateway"), create_key(folder)
    elif operator_key is None:
        raise Failure(_("Give an operator key of {url} with --key or in ENTENTE_OPERATOR_KEY."), url=url)
    demo(url, operator_key, output or folder.demo)


@app.command(help=_("Stop everything."))
def down(data: Data = DEFAULT_DATA) -> None:
    from .down import down

    stopped = down(_folder(data))
    if stopped is None:
        out.print(_("Entente is not running."))
        return
    if stopped:
        out.print(_("Stopped what an earlier run had left: {names}").format(names=", ".join(stopped)))
    out.print(_("Entente is stopped."))


@app.command(
    help=_("What runs, how long, how much memory it takes, and whether it is ready. Exit code 1 if anything is not.")
)
def status(data: Data = DEFAULT_DATA) -> None:
    from . import status, tables

    folder = _folder(data)
    state = status.running(folder)
    if state is None:
        out.print(_("Entente is not running."))
        raise typer.Exit(1)
    rows = status.rows(folder, state)
    out.print(tables.processes(rows))
    out.print()
    out.print(tables.addresses(folder, state.port_base))
    raise typer.Exit(0 if all(row.ready for row in rows) else 1)


@app.command(help=_("Show the last lines of one log, or of all."))
def logs(
    service: Annotated[str | None, typer.Argument(help=_("A service, gateway, postgres, nats or supervisor."))] = None,
    data: Data = DEFAULT_DATA,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help=_("Go on with new lines until Ctrl-C."))] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help=_("How many lines to start with."))] = 50,
) -> None:
    from .show_logs import show_logs

    show_logs(_folder(data), service, lines, follow=follow)


@app.command(help=_("Check every prerequisite and connection, and say what to do. Exit code 1 if something is wrong."))
def doctor(data: Data = DEFAULT_DATA) -> None:
    from .doctor import examine

    wrong = False
    for finding in examine(_folder(data)):
        wrong = wrong or bool(finding.remedy)
        mark = Text("✗ ", "bold red") if finding.remedy else Text("✓ ", "green")
        line = mark.append(f"{finding.subject}: {finding.text}", "default")
        out.print(line.append(f" → {finding.remedy}" if finding.remedy else "", "yellow"), soft_wrap=True)
    raise typer.Exit(1 if wrong else 0)


@app.command(help=_("Stop everything and delete all data."))
def reset(
    data: Data = DEFAULT_DATA,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    from .down import reset

    folder = _folder(data)
    if not yes:
        typer.confirm(_("Delete all data in {folder}?").format(folder=folder.root), abort=True)
    reset(folder)
    out.print(_("{folder} is deleted.").format(folder=folder.root), soft_wrap=True)


@app.command(help=_("Let a service publish the present state of all its records again, for new or restored consumers."))
def republish(service: Annotated[str, typer.Argument(help=", ".join(SERVICES))], data: Data = DEFAULT_DATA) -> None:
    from .tools import republish

    republish(_folder(data), service)
    out.print(_("{name} publishes its state again.").format(name=service))


@keys.command("create", help=_("Make a new operator key and show it once."))
def key_create(data: Data = DEFAULT_DATA) -> None:
    from .tools import create_key

    out.print(Text(create_key(_folder(data))), soft_wrap=True)


@keys.callback()
def _keys() -> None:
    """A group of its own, although it has one command."""


if __name__ == "__main__":
    app()
