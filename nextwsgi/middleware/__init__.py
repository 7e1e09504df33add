"""What stands around a handler: each takes a handler and returns one, alone or in ``compose``."""

__all__: list[str] = []
