"""One open WebSocket of version 1, from the exchange's side: frames in, answers and data out (websocket-v1.md).

Whatever comes in, there is an answer in Kraken's form or a close; nothing is ever raised.

Pure. Imports: access, core, feeds, doors, its neighbours. Imported by: the front door.
"""

from random import Random

from fathom.exchange.access import Keyring
from fathom.exchange.bank import Account, Refusal
from fathom.exchange.connection import CLOSE_IDLE, CLOSE_SLOW, Allowance, Line, Liveness, RequestFaults
from fathom.exchange.core import Rules, Venue
from fathom.exchange.core.events import SystemStatus
from fathom.exchange.doors import Role
from fathom.exchange.feeds import Hub
from fathom.exchange.v1 import texts as said
from fathom.exchange.v1.answers import HEARTBEAT, answer, pong, refused, system_status
from fathom.exchange.v1.channels import Wish, pairs_of, read_wish
from fathom.exchange.v1.private_feeds import PrivateFeed
from fathom.exchange.v1.requests import FOLLOWING, Request, read_request
from fathom.exchange.v1.rights import may
from fathom.exchange.v1.subscriptions import ANSWER, Subscriptions
from fathom.exchange.v1.trading import Trading


class V1Session:
    """One connection to one of the two hosts."""

    def __init__(
        self,
        role: Role,
        line: Line,
        *,
        venue: Venue,
        hub: Hub,
        keyring: Keyring,
        rules: Rules,
        random: Random,
        connection_id: int,
        faults: RequestFaults,
        now_ns: int,
    ) -> None:
        self._role = role
        self._line = line
        self._venue = venue
        self._hub = hub
        self._keyring = keyring
        self._rules = rules
        self._random = random
        self._connection_id = connection_id
        self._faults = faults
        self._over = False
        self._liveness = Liveness(rules, now_ns=now_ns)
        self._messages = Allowance(rules.messages_per_s_max)
        self._trading = Trading(venue=venue, rules=rules, faults=faults)
        self._subscriptions = Subscriptions(self, venue=venue, hub=hub)
        self._tokens: dict[str, None] = {}  # Those that keep their life by this connection: the keyring bounds them.
        hub.watchers.append(self)
        self.system_changed(venue.system)

    # -- The socket's side -----------------------------------------------------------------------------------

    def received(self, frame: bytes, *, now_ns: int) -> None:
        """Answer one frame."""
        if self._over:
            return
        self._liveness.heard(now_ns=now_ns)
        request = read_request(frame)
        if self._rules.limits and not self._messages.spend(1, now_ns=now_ns):
            self._answer(answer(request, "error", {"errorMessage": said.MESSAGE_RATE}))
        elif request.error is not None:
            self._answer(refused(request, request.error, pair=_pair_of(request)))
        elif request.event == "ping":
            fault = self._faults.request("ping", now_ns=now_ns)
            self._answer(pong(request) if fault is None else refused(request, fault))
        elif request.event in FOLLOWING:
            self._follow(request, now_ns=now_ns)
        else:
            self._trade(request, now_ns=now_ns)

    def alive(self, *, now_ns: int) -> None:
        """A ping or pong of the WebSocket protocol: activity of the client too."""
        self._liveness.heard(now_ns=now_ns)

    def closed(self, *, now_ns: int) -> None:  # noqa: ARG002 - a Conversation
        """The socket is gone."""
        self._leave()

    def wake(self, now_ns: int) -> int | None:
        """Beat, or close what is idle; return when to be called again, None for never."""
        self._subscriptions.flush()
        if self._over:
            return None
        if self._liveness.beat(now_ns=now_ns, subscribed=bool(self._subscriptions)):
            self.push(HEARTBEAT, "heartbeat")
        if self._liveness.idle(now_ns=now_ns):
            self._close(CLOSE_IDLE, "idle")
        return self._next_ns()

    def _next_ns(self) -> int | None:
        return None if self._over else self._liveness.deadline_ns

    # -- The exchange's side ---------------------------------------------------------------------------------

    def push(self, frame: bytes, channel: str) -> None:
        """Send one frame of data. A client that does not read is cut off, so that nothing piles up."""
        if self._over:
            return
        self._line.send(frame, channel)
        if self._line.backlog() > self._rules.backlog_bytes_max:
            self._close(CLOSE_SLOW, "slow consumer")

    def ended(self) -> bool:
        """Tell whether nothing goes out any more."""
        return self._over

    def system_changed(self, status: SystemStatus) -> None:
        """Tell the engine's state: on connect, and whenever it changes."""
        self.push(system_status(status, connection_id=self._connection_id), "status")

    def _answer(self, frame: bytes) -> None:
        self.push(frame, ANSWER)

    def _close(self, code: int, reason: str) -> None:
        if not self._over:
            self._leave()
            self._line.close(code, reason)

    def _leave(self) -> None:
        """Let go of everything that this connection held."""
        if self._over:
            return
        self._over = True
        self._hub.watchers.remove(self)
        self._subscriptions.leave()
        for token in self._tokens:
            self._keyring.unbind(token)
        self._tokens.clear()

    # -- Who asks --------------------------------------------------------------------------------------------

    def _account_for(self, request: Request, what: str, token: object, *, now_ns: int) -> Account | Refusal:
        """Return whose token it is, if its key may do this and no fault forbids it."""
        if not isinstance(token, str) or not token:
            return Refusal(said.NO_TOKEN)
        api_key = self._keyring.token(token, now_ns=now_ns)
        if api_key is None:
            return Refusal(said.BAD_TOKEN)
        self._line.name_account(api_key.account)
        if not may(api_key, what):
            return Refusal(said.NOT_PERMITTED)
        fault = self._faults.request(request.event, now_ns=now_ns, account=api_key.account)
        return self._venue.bank.accounts[api_key.account] if fault is None else Refusal(fault)

    def _bind(self, token: str) -> None:
        """Keep a token good for as long as this connection lives."""
        if not self._over and token not in self._tokens:
            self._tokens[token] = None
            self._keyring.bind(token)

    # -- Subscriptions ---------------------------------------------------------------------------------------

    def _follow(self, request: Request, *, now_ns: int) -> None:
        """Subscribe or unsubscribe, by channels and pairs or by a channel's number."""
        subscriptions = self._subscriptions
        if request.event == "unsubscribe" and "channelID" in request.fields:
            subscriptions.unsubscribe_id(request)
            return
        wish = read_wish(request.fields, role=self._role)
        if isinstance(wish, Refusal):
            # What is wrong with an option is said once a pair, as what is wrong with a pair is.
            for pair in pairs_of(request.fields, wish) or (None,):
                subscriptions.refuse(request, wish.error, pair=pair)
        elif wish.private and self._role != "private":
            subscriptions.refuse(request, said.PRIVATE_ELSEWHERE)
        elif wish.private:
            self._follow_private(request, wish, now_ns=now_ns)
        else:
            self._follow_market(request, wish, now_ns=now_ns)

    def _follow_market(self, request: Request, wish: Wish, *, now_ns: int) -> None:
        error = said.PUBLIC_ELSEWHERE
        if self._role == "public":
            error = self._faults.request(request.event, now_ns=now_ns) or ""
        if error:
            for pair in wish.pairs:
                self._subscriptions.refuse(request, error, pair=pair)
        elif request.event == "unsubscribe":
            self._subscriptions.unsubscribe(request, wish)
        elif self._subscriptions.subscribe(request, wish, now_ns=now_ns):
            self._liveness.start(now_ns=now_ns)

    def _follow_private(self, request: Request, wish: Wish, *, now_ns: int) -> None:
        begun: list[PrivateFeed] = []
        for channel in wish.channels:
            account = self._account_for(request, channel.name, wish.token, now_ns=now_ns)
            if isinstance(account, Refusal):
                self._subscriptions.refuse(request, account.error)
            elif request.event == "unsubscribe":
                self._subscriptions.unsubscribe_private(request, channel)
            elif (feed := self._subscriptions.take_private(request, channel, account)) is not None:
                begun.append(feed)
        if begun:
            self._bind(wish.token)
            self._liveness.start(now_ns=now_ns)
            self._subscriptions.begin_private(begun, now_ns=now_ns)

    # -- Orders ----------------------------------------------------------------------------------------------

    def _trade(self, request: Request, *, now_ns: int) -> None:
        """Do what an order event asks, and let everybody see what came of it."""
        if self._role != "private":
            self._answer(refused(request, said.PRIVATE_ELSEWHERE))
            return
        account = self._account_for(request, request.event, request.fields.get("token"), now_ns=now_ns)
        if isinstance(account, Refusal):
            self._answer(refused(request, account.error))
            return
        answers = self._trading.answer(request, account, now_ns=now_ns)
        # The answer may come before or after what it caused (websocket-v2.md 10, point 7).
        first = self._random.random() < self._rules.answer_first_share
        if first:
            self._answer_all(answers)
        self._hub.publish(now_ns=now_ns)
        self._subscriptions.flush()
        if not first:
            self._answer_all(answers)

    def _answer_all(self, answers: list[bytes]) -> None:
        for frame in answers:
            self._answer(frame)


def _pair_of(request: Request) -> str | None:
    """Return the pair that a refusal of a bad reqid repeats."""
    pair = request.fields.get("pair")
    return pair if request.reqid_bad and isinstance(pair, str) else None
