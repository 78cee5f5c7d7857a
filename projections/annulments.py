"""Which statements about an entity stand, when some annul or supersede others.

A statement names others in two ways. An annulment 作废 takes its targets out; annulled itself, it restores them. A
statement that supersedes 取代 others takes them out, and with them all that these superseded: who replaces a
replacement replaces what that one replaced. Only a statement that stands takes anything out.

Statements are settled from the last to the first: one as soon as all that name it are settled. Where only circles are
left, those that a settled statement takes out are settled; if there are none, all statements of the circles are taken
out without any effect of their own. A chain of any length costs time linear in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Named = tuple[Collection[str], Collection[str]]
"""What a statement names: (targets of an annulment, superseded statements), as event ids."""


class Standing(NamedTuple):
    """Event ids that are taken out, and those among them that are because they name each other in a circle."""

    taken_out: frozenset[str]
    circular: frozenset[str]


def standing(naming: Mapping[str, Named], own: Collection[str]) -> Standing:
    """Settle the statements of one entity.

    naming: event id → what it names, of the statements that name any. own: the ids of all its statements; others have
    no effect.
    """
    named = {target for names in naming.values() for both in names for target in both if target in own}
    settling = _Settling({**dict.fromkeys(named, ((), ())), **naming})
    wave = settling.unnamed()
    while settling.waiting:
        settling.settle(wave)
        wave = settling.known_out()
        if not wave and settling.waiting:
            wave = settling.settle_circles()
    return Standing(frozenset(settling.out), frozenset(settling.circular))


@dataclass(slots=True)
class _Settling:
    """`waiting`: unsettled statement → number of unsettled statements that name it."""

    statements: Mapping[str, Named]
    waiting: dict[str, int] = field(default_factory=dict)
    annulled: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)
    out: set[str] = field(default_factory=set)
    circular: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.waiting = dict.fromkeys(self.statements, 0)
        for name in self.statements:
            for target in self._named_by(name):
                self.waiting[target] += 1

    def unnamed(self) -> list[str]:
        return [name for name, namers in self.waiting.items() if not namers]

    def known_out(self) -> list[str]:
        """Unsettled statements that a settled one takes out."""
        return [name for name in self.waiting if name in self.annulled or name in self.covered]

    def settle(self, wave: list[str]) -> None:
        """Settle statements at once, by what is known before; then those that no unsettled one names any more, and so
        on.
        """
        while wave:
            known = [(name, name in self.annulled, name in self.covered) for name in wave]
            for name, annulled, covered in known:
                del self.waiting[name]
                targets, superseded = self.statements[name]
                if annulled or covered:
                    self.out.add(name)
                else:
                    self.annulled.update(targets)
                if covered or not annulled:
                    self.covered.update(superseded)
            wave = self._released(wave)

    def settle_circles(self) -> list[str]:
        """Take out all from which a circle is reached; what this leaves unnamed."""
        circular = set(self.waiting)
        left = {name: sum(target in circular for target in self._named_by(name)) for name in circular}
        namers = self._namers(circular)
        ends = [name for name, count in left.items() if not count]
        while ends:
            name = ends.pop()
            circular.discard(name)
            for namer in namers.get(name, ()):
                left[namer] -= 1
                if not left[namer]:
                    ends.append(namer)
        self.circular |= circular
        self.out |= circular
        for name in circular:
            del self.waiting[name]
        return self._released(circular)

    def _released(self, settled: Collection[str]) -> list[str]:
        free = []
        for name in settled:
            for target in self._named_by(name):
                if target in self.waiting:
                    self.waiting[target] -= 1
                    if not self.waiting[target]:
                        free.append(target)
        return free

    def _named_by(self, name: str) -> Iterable[str]:
        targets, superseded = self.statements[name]
        if not (targets or superseded):
            return ()
        return (target for target in {*targets, *superseded} if target in self.statements)

    def _namers(self, among: set[str]) -> dict[str, list[str]]:
        namers: dict[str, list[str]] = {}
        for name in among:
            for target in self._named_by(name):
                namers.setdefault(target, []).append(name)
        return namers
