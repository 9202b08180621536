"""Examples under the help of a command."""

from rich.markup import escape


def examples(*lines: str) -> str:
    """The epilog of a command: command lines as they are typed, each with a comment where it needs one."""
    return "\n".join(("[bold]Examples[/]", *(f"  $ [cyan]{escape(line)}[/]" for line in lines)))
