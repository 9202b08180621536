"""An app that may send to this machine, and whose sender works when a test says so."""

from pushing import ask, enter, made, push, receiver, settings

__all__ = ["ask", "enter", "made", "push", "receiver", "settings"]
