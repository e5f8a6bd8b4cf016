"""The end of the time that a conversation has, as a whole: a server that sends a byte now and then gains nothing."""

from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment, as `monotonic` tells it."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """The deadline `seconds` from now."""
        return cls(monotonic() + seconds)

    def left(self) -> float:
        """The seconds until then, more than none. Raises `TimeoutError` where it has passed."""
        seconds = self.moment - monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def sooner(self, seconds: float) -> "Deadline":
        """This deadline, or the one `seconds` from now where that comes first."""
        return min(self, Deadline.after(seconds), key=lambda each: each.moment)
