"""One open WebSocket of version 2, from the exchange's side: frames in, answers and data out (websocket-v2.md).

Whatever comes in, there is an answer in Kraken's form or a close; nothing is ever raised.

Pure. Imports: access, core, feeds, doors, its neighbours. Imported by: the front door.
"""

from random import Random
from typing import Any

from fathom.exchange.access import ApiKey, Keyring
from fathom.exchange.bank import Account, Refusal
from fathom.exchange.connection import CLOSE_IDLE, CLOSE_SLOW, Allowance, Line, Liveness, RequestFaults
from fathom.exchange.core import Rules, Venue
from fathom.exchange.core.events import SystemStatus
from fathom.exchange.doors import Role
from fathom.exchange.feeds import Hub
from fathom.exchange.sessions import texts as said
from fathom.exchange.sessions.answers import Asked, asked, failure, pong, refused_subscription
from fathom.exchange.sessions.channels import read_channel, read_wish
from fathom.exchange.sessions.orders_in import read_params
from fathom.exchange.sessions.requests import Request, read_request
from fathom.exchange.sessions.rights import may
from fathom.exchange.sessions.status import HEARTBEAT, status_frame
from fathom.exchange.sessions.subscriptions import ANSWER, Subscriptions
from fathom.exchange.sessions.trading import Trading


class V2Session:
    """One connection to one of the three hosts."""

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
        self._trading = Trading(venue=venue, rules=rules, random=random, faults=faults)
        self._subscriptions = Subscriptions(self, venue=venue, hub=hub, rules=rules, random=random)
        self._tokens: set[str] = set()  # Those that keep their life by this connection.
        hub.watchers.append(self)
        self.system_changed(venue.system)

    # -- The socket's side -----------------------------------------------------------------------------------

    def received(self, frame: bytes, *, now_ns: int) -> None:
        """Answer one frame."""
        if self._over:
            return
        self._liveness.heard(now_ns=now_ns)
        asking = read_request(frame)
        request = asked(asking.method, asking.req_id, now_ns=now_ns + self._faults.clock_offset_ns(now_ns))
        if self._rules.limits and not self._messages.spend(1, now_ns=now_ns):
            self._answer(failure(request, said.MESSAGE_RATE))
        elif asking.error is not None:
            self._answer(failure(request, asking.error))
        elif asking.method == "ping":
            fault = self._faults.request("ping", now_ns=now_ns)
            self._answer(pong(request) if fault is None else failure(request, fault))
        elif asking.method in {"subscribe", "unsubscribe"}:
            self._follow(request, asking, now_ns=now_ns)
        else:
            self._trade(request, asking, now_ns=now_ns)

    def alive(self, *, now_ns: int) -> None:
        """A ping or pong of the WebSocket protocol: activity of the client too."""
        self._liveness.heard(now_ns=now_ns)

    def closed(self, *, now_ns: int) -> None:  # noqa: ARG002 - a Conversation
        """The socket is gone."""
        self._leave()

    def wake(self, now_ns: int) -> int | None:
        """Beat, or close what is idle; return when to be called again, None for never."""
        if self._over:
            return None
        if self._liveness.beat(now_ns=now_ns, subscribed=bool(self._subscriptions)):
            self.push(HEARTBEAT, "heartbeat")
        if self._liveness.idle(now_ns=now_ns):
            self._close(CLOSE_IDLE, "idle")
        return self._deadline_ns()

    def _deadline_ns(self) -> int | None:
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
        self.push(status_frame(status, connection_id=self._connection_id), "status")

    def _answer(self, frame: bytes) -> None:
        self.push(frame, ANSWER)

    def _close(self, code: int, reason: str) -> None:
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

    def _key_of(self, token: object, *, now_ns: int) -> ApiKey | Refusal:
        if not isinstance(token, str) or not token:
            return Refusal(said.NO_TOKEN)
        api_key = self._keyring.token(token, now_ns=now_ns)
        if api_key is None:
            return Refusal(said.BAD_TOKEN)
        self._line.name_account(api_key.account)
        return api_key

    def _account(self, api_key: ApiKey) -> Account:
        return self._venue.bank.accounts[api_key.account]

    # -- Subscriptions ---------------------------------------------------------------------------------------

    def _follow(self, request: Asked, asking: Request, *, now_ns: int) -> None:
        """Subscribe or unsubscribe one channel."""
        params = asking.params
        channel = read_channel(params, role=self._role)
        if isinstance(channel, Refusal):
            self._answer(failure(request, channel.error))
            return
        wish = read_wish(channel, params)
        if isinstance(wish, Refusal):
            self._answer(failure(request, wish.error))
            return
        account: Account | None = None
        if self._role != "public":
            api_key = self._key_of(params.get("token"), now_ns=now_ns)
            if isinstance(api_key, Refusal):
                self._answer(refused_subscription(request, api_key.error, channel=channel))
                return
            if not may(api_key, channel):
                self._answer(failure(request, said.NOT_PERMITTED))
                return
            account = self._account(api_key)
        name = None if account is None else account.name
        fault = self._faults.request(request.method, now_ns=now_ns, account=name)
        if fault is not None:
            self._subscriptions.refuse(request, wish, fault)
        elif request.method == "unsubscribe":
            self._subscriptions.unsubscribe(request, wish)
        elif self._subscriptions.subscribe(request, wish, account, now_ns=now_ns):
            self._liveness.start(now_ns=now_ns)
            if account is not None:
                self._bind(params["token"])

    def _bind(self, token: str) -> None:
        if token not in self._tokens:
            self._tokens.add(token)
            self._keyring.bind(token)

    # -- Orders ----------------------------------------------------------------------------------------------

    def _trade(self, request: Asked, asking: Request, *, now_ns: int) -> None:
        """Do what an order method asks, and let everybody see what came of it."""
        if self._role != "private":
            self._answer(failure(request, said.PRIVATE_ELSEWHERE))
            return
        read = self._order_params(asking)
        if isinstance(read, Refusal):
            self._charge_refused(asking, now_ns=now_ns)
            self._answer(failure(request, read.error))
            return
        api_key = self._key_of(read.get("token"), now_ns=now_ns)
        if isinstance(api_key, Refusal):
            self._answer(failure(request, api_key.error))
            return
        if not may(api_key, asking.method):
            self._answer(failure(request, said.NOT_PERMITTED))
            return
        fault = self._faults.request(asking.method, now_ns=now_ns, account=api_key.account)
        if fault is not None:
            self._answer(failure(request, fault))
            return
        answers = self._trading.answer(request, read, self._account(api_key), now_ns=now_ns)
        # The answer may come before or after what it caused (4.2).
        first = self._random.random() < self._rules.answer_first_share
        if first:
            self._answer_all(answers)
        self._subscriptions.publish(now_ns=now_ns)
        if not first:
            self._answer_all(answers)

    def _charge_refused(self, asking: Request, *, now_ns: int) -> None:
        """Count a request that is refused for its form, if its token may trade."""
        params = asking.params
        if not isinstance(params, dict):
            return
        api_key = self._key_of(params.get("token"), now_ns=now_ns)
        if not isinstance(api_key, Refusal) and may(api_key, asking.method):
            self._trading.charge_refused(asking.method, params, self._account(api_key), now_ns=now_ns)
            self._subscriptions.publish(now_ns=now_ns)  # Time went on for it: what fell due is told.

    def _order_params(self, asking: Request) -> dict[str, Any] | Refusal:
        params = {} if asking.params is None else asking.params
        if not isinstance(params, dict):
            return Refusal(said.invalid("params"))
        return read_params(asking.method, params)

    def _answer_all(self, answers: list[bytes]) -> None:
        for answer in answers:
            self._answer(answer)
