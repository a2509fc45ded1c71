"""Several recordings stepped over as one, in the order of local time: symbols, or the level 2 and level 3 of one.

Who is due first goes on until the next one is: a heap of them, by the time of their next frame, or of the next row at
their venue where something of theirs is there.

Pure. Imports: layout, stepper. Imported by: nothing in the kernel.
"""

import cython
from cython.cimports.fathom.kernel.layout import WOKE_END
from cython.cimports.fathom.kernel.stepper import Stepper
from cython.cimports.libc.stdint import INT64_MAX, int64_t
from cython.cimports.libc.stdlib import calloc, free

# What `step` returns where it is no stepper.
TIME = -1
ENDS = -2

_TIME = cython.declare(cython.int, -1)
_ENDS = cython.declare(cython.int, -2)
_STARVING = cython.declare(cython.int, -3)
_NO_ANSWER = cython.declare(tuple, ())  # That of domain/log: there is one empty tuple.


@cython.final
@cython.cclass
class Steppers:
    """Steps over several steppers; where two are due at once, the one that was named first goes first.

    Nobody else steps them meanwhile; requests go to each as ever. `why` is what the last `step` or `tell` stopped for,
    `now_ns` when that was. `told` counts the stops that `tell` called somebody for, `told_ns` is when it did so last,
    and `heard` what came of the last: [(who of them, [answer, ...]), ...].
    """

    def __cinit__(self, steppers):
        place: cython.int
        self._held = tuple(steppers)
        self._count = len(self._held)
        self._ears = [{} for _ in self._held]
        self.heard = []
        if len({id(one) for one in self._held}) < self._count:
            raise ValueError("a stepper is among them twice")
        self._members = cython.cast(cython.typeof(self._members), calloc(self._count + 1, cython.sizeof(cython.p_void)))
        self._wants = cython.cast(cython.p_int, calloc(self._count + 1, cython.sizeof(cython.int)))
        self._dues = cython.cast(cython.pointer(int64_t), calloc(self._count + 1, cython.sizeof(int64_t)))
        self._heap = cython.cast(cython.p_int, calloc(self._count + 1, cython.sizeof(cython.int)))
        if self._members == cython.NULL:
            raise MemoryError
        if self._wants == cython.NULL:
            raise MemoryError
        if self._dues == cython.NULL:
            raise MemoryError
        if self._heap == cython.NULL:
            raise MemoryError
        for place in range(self._count):
            if not isinstance(self._held[place], Stepper):
                raise TypeError(f"a stepper is wanted, not {self._held[place]!r}")
            self._members[place] = cython.cast(cython.p_void, self._held[place])  # Borrowed: they are held.

    def __dealloc__(self):
        free(self._members)
        free(self._wants)
        free(self._dues)
        free(self._heap)

    def __len__(self) -> int:
        return self._count

    def want(self, index: cython.int, wants: cython.int) -> None:
        """Say what one of them stops for, from now on. Raises IndexError where there is none."""
        if not 0 <= index < self._count:
            raise IndexError(f"there are {self._count} steppers, and none has the index {index}")
        self._wants[index] = wants

    def hear(self, index: cython.int, why: cython.int, ears: tuple) -> None:
        """Say who is called, in order, where one of them stops for just this; `tell` calls them.

        Each is called with (a place in a log, the time), returns what it answers, `()` for nothing, and steps nobody.
        Raises IndexError where there is none.
        """
        if not 0 <= index < self._count:
            raise IndexError(f"there are {self._count} steppers, and none has the index {index}")
        self._ears[index][why] = ears

    def step(self, until_ns: int64_t = INT64_MAX) -> int:
        """Go on until one of them stops; return its index, TIME where a time has come, ENDS where all are at theirs.

        Fills and triggers of each stop it in their place in time, wanted or not.
        """
        index: cython.int
        with cython.nogil:
            self._line_up()
            index = self._step(until_ns)
        if index == _STARVING:
            raise MemoryError("there is no memory for the book")
        return index

    def tell(self, until_ns: int64_t, floor_ns: int64_t, seq: object) -> int:
        """Go on as `step` does, but where somebody hears of a stop, call them and stop only if one answers.

        They are told `seq`, and a time of `floor_ns` at least. Raises whatever they raise.
        """
        index: cython.int
        place: cython.Py_ssize_t
        ears: tuple
        self.heard = []
        self._line_up()
        while True:
            index = self._step(until_ns)
            if index == _STARVING:
                raise MemoryError("there is no memory for the book")
            if index < 0:
                return index
            ears = cython.cast(dict, self._ears[index]).get(self.why)
            if ears is None:
                return index
            self.told += 1
            self.told_ns = max(self.now_ns, floor_ns)
            now: object = self.told_ns
            for place in range(len(ears)):
                answer = ears[place](seq, now)
                if answer is not _NO_ANSWER:  # The way of nearly every call.
                    answers: list = list(answer)
                    if answers:
                        self.heard.append((place, answers))
            if self.heard:
                return index
            self._go_on(index)

    def _go_on(self, first):
        """Line the first one up anew: nobody asked anything of any."""
        self._dues[first] = cython.cast(Stepper, self._members[first]).due()
        if self._dues[first] == INT64_MAX:
            self._due_count -= 1
            self._heap[0] = self._heap[self._due_count]
        self._sink(0)

    def _step(self, until_ns):
        """Go on until one stops; they are lined up."""
        first: cython.int
        next_one: cython.int
        bound_ns: int64_t
        why: cython.int
        self.why = 0
        while self._due_count > 0:
            first = self._heap[0]
            bound_ns = until_ns
            if self._due_count > 1:
                next_one = self._heap[1]
                if self._due_count > 2 and self._before(self._heap[2], next_one):
                    next_one = self._heap[2]
                bound_ns = min(until_ns, self._dues[next_one] - (1 if next_one < first else 0))
            if self._dues[first] > until_ns:
                self._come_to(until_ns)
                return _TIME
            why = cython.cast(Stepper, self._members[first]).go(bound_ns, self._wants[first])
            if why < 0:
                return _STARVING
            if why == 0:
                self._dues[first] = cython.cast(Stepper, self._members[first]).due()
                self._sink(0)
                continue
            self.now_ns = max(self.now_ns, cython.cast(Stepper, self._members[first]).now_ns)
            if why != WOKE_END:
                self.why = why
                return first
            self._due_count -= 1
            self._heap[0] = self._heap[self._due_count]
            self._sink(0)
        self.why = WOKE_END
        return _ENDS

    def _line_up(self):
        """Ask each when it is due: a request may have changed that."""
        place: cython.int
        self._due_count = 0
        for place in range(self._count):
            self._dues[place] = cython.cast(Stepper, self._members[place]).due()
            if self._dues[place] < INT64_MAX:
                self._heap[self._due_count] = place
                self._due_count += 1
        place = self._due_count // 2 - 1
        while place >= 0:
            self._sink(place)
            place -= 1

    def _before(self, one, other):
        """Tell whether one goes before another."""
        return self._dues[one] < self._dues[other] or (self._dues[one] == self._dues[other] and one < other)

    def _sink(self, place):
        """Move what stands at a place of the heap down to where it belongs."""
        below: cython.int
        held: cython.int = self._heap[place]
        while True:
            below = 2 * place + 1
            if below >= self._due_count:
                break
            if below + 1 < self._due_count and self._before(self._heap[below + 1], self._heap[below]):
                below += 1
            if not self._before(self._heap[below], held):
                break
            self._heap[place] = self._heap[below]
            place = below
        self._heap[place] = held

    def _come_to(self, until_ns):
        """A time has come, for all of them."""
        place: cython.int
        self.now_ns = max(self.now_ns, until_ns)
        for place in range(self._count):
            cython.cast(Stepper, self._members[place]).come_to(until_ns)
