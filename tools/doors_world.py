"""One exchange in virtual time, its clients' inputs performed one by one, and everything it says looked at.

Frames and answers are looked at before the faults change them: what the exchange itself says must always be in form.

Imports: exchange, protocol, doors_grammar. Imported by: fuzz_doors.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import time
import zipfile
from base64 import b64decode, b64encode
from collections import Counter
from typing import Any, Final

from doors_grammar import (
    ACCOUNTS,
    PLACES,
    SLOTS,
    SYMBOLS,
    Alive,
    Backlog,
    Close,
    Control,
    Frame,
    Open,
    Rest,
    Step,
    Wake,
)

from fathom.domain import RemoteError
from fathom.exchange import Exchange, Rules, Settings
from fathom.exchange.core import Order
from fathom.protocol import Conversation, HttpAnswer, HttpRequest, Upgrade, decode_strict, time_text

START_NS: Final = 1_767_225_600_000_000_000  # 2026-01-01
STEP_NS: Final = 1_000_000
MARKET_RATE: Final = 5.0  # Actions a second: enough to meet the clients, and no more than time is left for.
CPU_S_MAX: Final = 3.0  # For one input: more is a way to stop everybody.
FRAME_BYTES_MAX: Final = 16_777_216  # Nothing that is said is longer.
ANSWERS_MAX: Final = 10_000  # To one frame.
EUR: Final = 8_811_000  # What marks an account: nobody trades EUR here, so its balance stays this and its number.
_MARKS: Final = re.compile(rb"\b[OLT][A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}\b|\btag[a-z]+[0-9]+\b|\b88110[0-9]{2}\.[0-9]")
_LEVEL3: Final = re.compile(rb"\bO[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}\b")  # Level 3 shows everybody's.
_ERROR: Final = re.compile(r"E[A-Z][A-Za-z]*:.+", re.DOTALL)


class Broken(Exception):
    """An invariant does not hold. `kind` names it, so that the same again is known as the same."""

    def __init__(self, kind: str, detail: object = "") -> None:
        super().__init__(f"{kind}: {str(detail)[:2000]}")
        self.kind = kind
        self.dear = False  # Whether `World.check` found it.


class Client:
    """One connection, from the client's side: a Wire, and what it may know."""

    def __init__(self, world: World, slot: int, upgrade: Upgrade, *, v2: bool, role: str) -> None:
        self.world, self.slot, self.upgrade, self.v2, self.role = world, slot, upgrade, v2, role
        self.conversation: Conversation | None = None
        self.closed = False
        self.waiting = 0
        self.answers: list[bytes] = []
        self.accounts: set[str] = set()  # Whose good tokens it showed.
        self.said: set[bytes] = set()  # Marks that it sent itself: they may come back.

    def send(self, frame: bytes) -> None:  # noqa: ARG002 - a Wire
        """Take a frame, whatever the faults made of it."""
        self.world.counts["frames"] += 1

    def close(self, code: int, reason: str = "") -> None:
        """Take the close."""
        if not (1000 <= code <= 1013) or len(reason.encode()) > 123:
            raise Broken("close", (code, reason))
        self.closed = True

    def backlog(self) -> int:
        """Say what waits."""
        return self.waiting


class Tap:
    """Between a session and its line: sees each frame as it was meant."""

    def __init__(self, line: Any, client: Client) -> None:
        self._line, self._client = line, client

    def send(self, frame: bytes, channel: str) -> None:
        """Look, then hand on."""
        self._client.world.look(self._client, frame, channel)
        self._line.send(frame, channel)

    def close(self, code: int, reason: str = "") -> None:
        """Hand on; what waits in the line goes out first."""
        self._line.close(code, reason)

    def backlog(self) -> int:
        """Hand on."""
        return int(self._line.backlog())

    def name_account(self, name: str) -> None:
        """Hand on."""
        self._line.name_account(name)


class World:
    """An exchange, nine clients, six accounts and a clock."""

    def __init__(self, seed: int, *, limits: bool, dear_every: int = 16) -> None:
        self.machine_ns = self._latest_ns = START_NS
        self.dear_every = dear_every
        self.steps = 0
        self.counts: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()  # The texts of refusals, by how often.
        self.slowest: tuple[float, Step | None] = (0.0, None)
        settings = Settings(seed=seed, start_ns=START_NS, symbols=SYMBOLS, rate=MARKET_RATE, rules=Rules(limits=limits))
        self.exchange = Exchange(settings, machine_ns=self.machine_ns)
        self.clients: dict[int, Client] = {}
        self._nonce = 0
        self._frames_seen = 0
        self._keys = {key.account: key for key in self.exchange.samples}
        self._tokens: dict[str, list[tuple[int, str]]] = {name: [] for name in ACCOUNTS}
        self._exports: dict[str, str] = {}
        self._secrets = {key.secret.encode(): key.account for key in self.exchange.samples}
        self._secrets |= {key.key.encode(): key.account for key in self.exchange.samples}
        self._owners: dict[bytes, set[str]] = {}
        self._opening: Client | None = None
        self._tapped: HttpAnswer | None = None
        self._tap()
        self._mark()

    def _tap(self) -> None:
        """Stand between the doors and the faults."""
        faults = self.exchange.faults
        line, answer = faults.line, faults.answer

        def tapped_line(wire: Any, **where: Any) -> Any:
            return Tap(line(wire, **where), wire)

        def tapped_answer(kind: str, meant: HttpAnswer, **when: Any) -> HttpAnswer:
            self._tapped = meant
            return answer(kind, meant, **when)

        faults.line = tapped_line  # type: ignore[method-assign, assignment]  # Our own ear.
        faults.answer = tapped_answer  # type: ignore[method-assign]  # As above.

    def _mark(self) -> None:
        """Give each account an amount of EUR that is its alone, and one token that will be old."""
        for number, name in enumerate(ACCOUNTS, 1):
            account = self.exchange.bank.accounts[name]
            decimals = self.exchange.listing.asset("EUR").decimals
            amount = EUR + number - account.balances["EUR"] // 10**decimals
            body = b'{"asset":"EUR","amount":%d}' % amount
            self._control(Control("POST", f"/accounts/{name}/deposit", body))
            self._owners[b"%d.0" % (EUR + number)] = {name}
            self._token(name)

    # -- Steps -----------------------------------------------------------------------------------------------

    def do(self, step: Step) -> None:
        """Perform one input, and look at what came of it. Raises whatever is wrong."""
        self.steps += 1
        self.machine_ns += STEP_NS
        begun = time.process_time()
        match step:
            case Rest():
                self._rest(step)
            case Control():
                self._control(step)
            case Open():
                self._open(step)
            case Frame():
                self._frame(step)
            case Wake():
                self._latest_ns = max(self._latest_ns, self.machine_ns)
                self.machine_ns += step.by_ns
                self._wake()
            case Alive() if step.slot in self.clients:
                self._conversation(step.slot).alive(now_ns=self.machine_ns)
            case Close():
                self._leave(step.slot)
            case Backlog() if step.slot in self.clients:
                self.clients[step.slot].waiting = step.count
        spent = time.process_time() - begun
        if spent > self.slowest[0]:
            self.slowest = (spent, step)
        if spent > CPU_S_MAX:
            raise Broken("slow", f"{spent:.1f} s")
        self._let_go()
        if self.steps % self.dear_every == 0:
            self.check()

    def _wake(self) -> None:
        due_ns = self.exchange.wake(self.machine_ns)
        if not isinstance(due_ns, int):
            raise Broken("wake", due_ns)

    def _let_go(self) -> None:
        """The sockets that the exchange closed are gone at the next turn of the loop."""
        for slot, client in list(self.clients.items()):
            if client.closed:
                self._leave(slot)

    def _leave(self, slot: int) -> None:
        client = self.clients.pop(slot, None)
        if client is not None and client.conversation is not None:
            client.closed = True
            client.conversation.closed(now_ns=self.machine_ns)

    def _conversation(self, slot: int) -> Conversation:
        conversation = self.clients[slot].conversation
        assert conversation is not None
        return conversation

    # -- Sockets ---------------------------------------------------------------------------------------------

    def _open(self, step: Open) -> None:
        self._leave(step.slot)
        upgrade = Upgrade(role=step.role, path=step.path, host=step.host, peer=step.peer)  # type: ignore[arg-type]
        refusal = self.exchange.refusal(upgrade, now_ns=self.machine_ns)
        if refusal is not None:
            if not 400 <= refusal.status <= 599:
                raise Broken("refused upgrade", refusal)
            self.counts["upgrades refused"] += 1
            return
        parts = [part for part in step.path.split("?")[0].split("/") if part]
        role = {"ws": "public", "ws-auth": "private", "ws-l3": "level3"}.get(
            step.host.split(":")[0].split(".")[0].lower(), step.role
        )
        role = parts[0] if parts and parts[0] != "v2" else role
        client = Client(self, step.slot, upgrade, v2="v2" in parts, role=role)
        self.clients[step.slot] = client
        client.conversation = self.exchange.open(upgrade, client, now_ns=self.machine_ns)

    def _frame(self, step: Frame) -> None:
        if step.slot not in self.clients:
            role, path, _ = SLOTS[step.slot]
            self._open(Open(step.slot, role, path, peer=f"10.9.{self.steps >> 8 & 255}.{self.steps & 255}"))
        client = self.clients.get(step.slot)
        if client is None or client.closed:
            return
        frame = self.filled(step.frame)
        for account, tokens in self._tokens.items():
            for _, token in tokens:
                key = self.exchange.keyring.token(token, now_ns=self.exchange.clock.at(self.machine_ns))
                if token.encode() in frame and key is not None:
                    client.accounts.add(account)
        client.said.update(self._marks(frame))
        if len(client.said) > 5000:
            client.said.clear()
        client.answers.clear()
        self._conversation(step.slot).received(frame, now_ns=self.machine_ns)
        if not client.answers and not client.closed:
            raise Broken("no answer", frame[:500])
        if len(client.answers) > ANSWERS_MAX:
            raise Broken("too many answers", len(client.answers))
        self._count(client)
        if client.v2:
            self._check_echo(client, frame)

    def _count(self, client: Client) -> None:
        """Count answers, so that one sees how deep the inputs get."""
        for answer in client.answers[:3]:
            said = json.loads(answer)
            name = said.get("method") or said.get("event") or "none"
            good = name == "pong" or said.get("success", said.get("status")) in {
                True,
                "ok",
                "subscribed",
                "unsubscribed",
            }
            self.counts[f"{'v2' if client.v2 else 'v1'} {name[:24]} {'ok' if good else 'error'}"] += 1
            if not good:
                self.errors[_plain(str(said.get("error") or said.get("errorMessage")))[:60]] += 1

    def _check_echo(self, client: Client, frame: bytes) -> None:
        """Each answer of version 2 names the request's id."""
        try:
            asked = json.loads(frame, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return
        req_id = asked.get("req_id") if isinstance(asked, dict) else None
        if type(req_id) is not int or not -(2**63) <= req_id < 2**64:
            return
        for answer in client.answers:
            said = json.loads(answer)
            if said.get("error") != "Malformed request" and said.get("req_id") != req_id:
                raise Broken("req_id", (frame[:300], answer))

    def look(self, client: Client, frame: bytes, channel: str) -> None:
        """Look at a frame as the session means it."""
        if not isinstance(frame, bytes) or len(frame) > FRAME_BYTES_MAX:
            raise Broken("frame", frame[:200])
        if channel == "":
            client.answers.append(frame)
        self._frames_seen += 1
        public = client.role != "private" and channel != ""
        if client.v2:
            if public and self._frames_seen % 4:  # The market says the same things again and again.
                return
            try:
                decode_strict(frame)
            except (RemoteError, AssertionError, ValueError) as error:
                raise Broken(f"not strict: {_plain(str(error))}", frame) from None
        else:
            _check_v1(frame)
        if b"raceback" in frame and channel != "":
            raise Broken("traceback", frame)
        self.check_private(
            frame, client.accounts, client.said, ids=channel != "level3", where=f"{client.role} {channel}", cheap=public
        )

    # -- REST and control ------------------------------------------------------------------------------------

    def _rest(self, step: Rest) -> None:
        body = self.filled(step.body)
        headers = {"content-type": step.content_type, "host": "localhost"}
        viewers: set[str] = set()
        if step.signer:
            viewers = self._sign(step, body, headers)
        query = self.filled(step.query.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
        request = HttpRequest(
            method=step.method, path=step.path, query=query, headers=headers, body=body, peer=step.peer
        )
        self._tapped = None
        answer = self.exchange.answer(request, now_ns=self.machine_ns)
        if not isinstance(answer.body, bytes) or not 100 <= answer.status <= 599 or answer.delay_ns < 0:
            raise Broken("answer", answer)
        meant = self._tapped or answer
        said = {
            *self._marks(body),
            *self._marks(query.encode("utf-8", "replace")),
            *self._marks(step.path.encode("utf-8", "replace")),
        }
        if meant.content_type == "application/octet-stream":
            with zipfile.ZipFile(io.BytesIO(meant.body)) as archive:
                text = b"".join(archive.read(name) for name in archive.namelist())
            self.check_private(text, viewers, said, where=step.path)
            self.counts["rest downloads"] += 1
            return
        self._check_envelope(step, meant)
        ids = not step.path.endswith(("/Level3", "/PostTrade"))
        self.check_private(meant.body, viewers, said, ids=ids, where=step.path)

    def _sign(self, step: Rest, body: bytes, headers: dict[str, str]) -> set[str]:
        """Put key and signature into the headers; return who may be told something by that."""
        key = self._keys[step.signer]
        nonce = re.search(rb'nonce(?:=|":)(\d+)', body)
        digits = nonce[1] if nonce else b""
        message = step.path.encode("utf-8", "surrogatepass") + hashlib.sha256(digits + body).digest()
        signature = b64encode(hmac.digest(b64decode(key.secret), message, "sha512")).decode()
        headers["api-key"] = key.key
        if step.sign == "bad":
            signature = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
        elif step.sign == "garbage":
            signature = "\udc80é=%s"
        elif step.sign == "swapped":
            headers["api-key"] = self._keys["bob" if step.signer != "bob" else "carol"].key
        if step.sign != "none":
            headers["api-sign"] = signature
        return {step.signer} if step.sign == "good" else set()

    def _check_envelope(self, step: Rest, answer: HttpAnswer) -> None:
        try:
            said = json.loads(answer.body, parse_constant=_no_constant)
        except ValueError:
            raise Broken("REST answers no JSON", answer) from None
        if not isinstance(said, dict) or not said.keys() <= {"error", "result"}:
            raise Broken("REST envelope", answer)
        errors = said.get("error")
        if (
            not isinstance(errors, list)
            or not all(isinstance(error, str) for error in errors)
            or (not errors) != ("result" in said)
        ):
            raise Broken("REST envelope", answer)
        planted = {fault.get("text") for fault in self.exchange.faults.listed()}
        for error in errors:
            if not _ERROR.fullmatch(error) and error not in planted:
                raise Broken("REST error text", answer)
        name = step.path.rpartition("/")[2] if step.path.startswith("/0/") else "other"
        self.counts[f"rest {name[:20]} {'error' if errors else 'ok'}"] += 1
        if errors:
            self.errors[_plain(errors[0])[:60]] += 1
            return
        if step.path == "/0/private/AddExport":
            self._exports[step.signer] = str(said["result"].get("id"))
        if step.path == "/0/private/GetWebSocketsToken" and step.sign == "good":
            self._keep(step.signer, said["result"]["token"])

    def _control(self, step: Control) -> None:
        request = HttpRequest(method=step.method, path=step.path, body=self.filled(step.body), peer="127.0.0.1")
        answer = self.exchange.control(request, now_ns=self.machine_ns)
        try:
            said = json.loads(answer.body, parse_constant=_no_constant)
        except ValueError:
            raise Broken("control answers no JSON", answer) from None
        if (
            not isinstance(said, dict)
            or answer.status not in {200, 400, 404, 405}
            or ("error" in said) != (answer.status != 200)
        ):
            raise Broken("control answer", answer)
        if b"raceback" in answer.body:
            raise Broken("traceback", answer)
        self.counts[f"control {step.path.split('/')[1][:10]} {answer.status}"] += 1

    # -- Who may know what -----------------------------------------------------------------------------------

    def check_private(
        self, text: bytes, viewers: set[str], said: set[bytes], *, ids: bool = True, where: str, cheap: bool = False
    ) -> None:
        """Fail where somebody is told what is another's: ids, client ids, balances, keys, secrets, tokens."""
        for found in set(_MARKS.findall(text)):
            if (not ids and _LEVEL3.fullmatch(found)) or found in said:
                continue
            owners = self._owners.get(found, set())
            if not owners & viewers:
                owners = self._find(found)  # A client's own id may be several accounts'.
            if owners and not owners & viewers and not self._find(found, whole=True) & viewers:
                raise Broken(f"private: {where}", (found, owners, viewers, text[:300]))
        if cheap:
            return
        for secret, owner in self._secrets.items():
            if secret in text and owner not in viewers and secret not in said:
                raise Broken(f"secret: {where}", (secret, owner, viewers, text[:300]))

    def _marks(self, text: bytes) -> set[bytes]:
        return set(_MARKS.findall(text)) | {secret for secret in self._secrets if secret in text}

    def _find(self, mark: bytes, *, whole: bool = False) -> set[str]:
        """Learn whose the newest ids are, or all; return whose this one is: nobody's of ours where nobody's."""
        for account in self.exchange.bank.accounts.values():
            if account.house:
                continue
            for open_order in account.orders.values():
                self._own_all(_names(open_order), account.name)
            for position in account.positions:
                self._own(position, account.name)
            histories = (
                map(_names, reversed(account.closed)),
                ([fill.exec_id] for fill in reversed(account.fills)),
                ([entry.ledger_id, entry.ref_id] for entry in reversed(account.ledger)),
            )
            for history in histories:
                for names in history:
                    if self._own_all(names, account.name) and not whole:
                        break
        return self._owners.setdefault(mark, set())

    def _own_all(self, names: list[str], name: str) -> bool:
        """Note whose they are; tell whether all were known."""
        fresh = [text for text in names if not self._own(text, name)]
        return not fresh

    def _own(self, text: str, name: str) -> bool:
        owners = self._owners.setdefault(text.encode(), set())
        known = name in owners
        owners.add(name)
        return known

    # -- Places ----------------------------------------------------------------------------------------------

    def filled(self, text: bytes) -> bytes:
        """Return the bytes with what is known only now in its places."""
        return (
            PLACES.sub(lambda found: self._place(found[1].decode(), found[2].decode("latin-1")), text)
            if b"%{" in text
            else text
        )

    def _place(self, kind: str, argument: str) -> bytes:
        name, _, rest = argument.partition(":")
        now_ns = self.exchange.clock.now_ns
        known = name if name in ACCOUNTS else "alice"
        match kind:
            case "token":
                return self._token(known).encode()
            case "old":
                return self._tokens[known][0][1].encode() if self._tokens[known] else b"old"
            case "key":
                return self._keys[known].key.encode()
            case "nonce":
                self._nonce += 1
                return b"%d" % (self.machine_ns // 1000 * 0 + START_NS // 1000 + self._nonce)
            case "time":
                return time_text(min(max(0, now_ns + int(_number(argument) * 1e9)), 2**62), digits=6).encode()
            case "unix":
                return b"%d" % (now_ns // 10**9 + int(_number(argument)))
            case "price" | "qty":
                return self._amount(kind, name, _number(rest)).encode()
            case "export":
                return self._exports.get(known, "XXXX").encode()
        account = self.exchange.bank.accounts[known]
        rest, _, symbol = rest.partition(":")
        ids: list[str] = {
            "order": [order.order_id for order in account.orders.values() if order.symbol == symbol]
            or [*account.orders, *(order.order_id for order in list(account.closed)[-2:])],
            "ledger": [entry.ledger_id for entry in list(account.ledger)[-3:]],
            "fill": [fill.exec_id for fill in list(account.fills)[-3:]],
        }.get(kind, [])
        return ids[int(_number(rest)) % len(ids)].encode() if ids else b"OAAAAA-AAAAA-AAAAAA"

    def _amount(self, kind: str, symbol: str, by: float) -> str:
        market = self.exchange.venue.markets.get(symbol) or self.exchange.venue.markets["BTC/USD"]
        pair = market.pair
        if kind == "qty":
            return pair.qty_text(int(max(pair.qty_lots_min, 1) * by))
        ticks = market.last_ticks or market.bids.best() or market.starting_ticks("last")
        ticks = int(ticks * (1 + by / 100))
        return pair.price_text(ticks - ticks % pair.price_increment_ticks)

    def _token(self, name: str) -> str:
        made = self._tokens[name]
        now_ns = self.exchange.clock.now_ns
        if not made or now_ns - made[-1][0] > 800_000_000_000:
            self._keep(name, self.exchange.keyring.make_token(self._keys[name], now_ns=now_ns))
        return made[-1][1]

    def _keep(self, name: str, token: str) -> None:
        made = self._tokens[name]
        made.append((self.exchange.clock.now_ns, token))
        self._secrets[token.encode()] = name
        if len(made) > 6:
            _, old = made.pop(1)
            self._secrets.pop(old.encode(), None)

    # -- The whole -------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Look at money, books and what grows."""
        try:
            self._check_all()
        except Broken as broken:
            broken.dear = True
            raise

    def _check_all(self) -> None:
        exchange = self.exchange
        try:
            exchange.bank.check()
        except AssertionError as error:
            raise Broken("bank.check()", error) from error
        for symbol, market in exchange.venue.markets.items():
            bid, ask = market.bids.best(), market.asks.best()
            if bid is not None and ask is not None and bid >= ask:
                raise Broken("crossed", (symbol, bid, ask, market.mode))
            for side in (market.bids, market.asks):
                levels = side.levels(1_000_000)
                if any(lots <= 0 or price <= 0 for price, lots in levels):
                    raise Broken("level", (symbol, levels[:20]))
                keys = [price for price, _ in levels]
                if keys != sorted(set(keys), reverse=side is market.bids):
                    raise Broken("side", (symbol, keys[:20]))
        if len(exchange.connections) > len(self.clients) or len(exchange.hub.watchers) > len(self.clients):
            raise Broken("connections", (len(exchange.connections), len(exchange.hub.watchers), len(self.clients)))
        if sum(map(len, exchange.hub.private.values())) > 2 * len(self.clients):
            raise Broken("private listeners", exchange.hub.private)
        if len(exchange.venue.events) > 10_000:
            raise Broken("events pile up", len(exchange.venue.events))

    def calm(self) -> None:
        """Take all faults away, and insist that the venue serves everybody again and the market goes on."""
        self._control(Control("DELETE", "/faults"))
        self.machine_ns = max(self.machine_ns, self._latest_ns)  # A clock that was set back is right again.
        self._wake()
        for symbol, precisions in _PRECISIONS.items():
            body = json.dumps({"symbol": symbol, "status": "online", **precisions}).encode()
            self._control(Control("POST", "/pairs", body))
        self._control(Control("POST", "/system", b'{"status":"online"}'))
        self._control(Control("POST", "/market", b'{"paused":false,"speed":1,"rate":50}'))
        self._control(Control("POST", "/clock", b'{"advance_s":1000}'))
        for slot in list(self.clients):
            self._leave(slot)
        acts = self.exchange.market.acts
        for _ in range(250):
            self.machine_ns += 40_000_000
            self._wake()
        if self.exchange.market.acts <= acts:
            raise Broken("the market stands still", acts)
        self.check()
        for symbol, market in self.exchange.venue.markets.items():
            if not len(market.bids) or not len(market.asks):
                raise Broken("an empty book", (symbol, len(market.bids), len(market.asks)))
        if self.exchange.connections or self.exchange.hub.watchers or any(self.exchange.hub.private.values()):
            raise Broken("connections are not forgotten", self.exchange.connections)
        self._serve()

    def _serve(self) -> None:
        before = self.counts["rest Time ok"]
        self.do(Rest("GET", "/0/public/Time", peer="10.200.0.1"))
        if self.counts["rest Time ok"] != before + 1:
            raise Broken("REST does not serve")
        self.do(Open(0, "public", "/v2", peer="10.200.0.2"))
        self.do(Frame(0, b'{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":1}'))
        self.do(Open(1, "private", "/v2", peer="10.200.0.3"))
        self.do(
            Frame(1, b'{"method":"subscribe","params":{"channel":"executions","token":"%{token:alice}"},"req_id":2}')
        )
        for slot in (0, 1):
            client = self.clients.get(slot)
            if client is None or not any(b'"success":true' in answer for answer in client.answers):
                raise Broken("WebSocket does not serve", client and client.answers)


# What the pairs have from the start.
_PRECISIONS: Final[dict[str, dict[str, int]]] = {
    symbol: {"price_precision": pair.price_precision, "qty_precision": pair.qty_precision}
    for symbol, pair in Exchange(
        Settings(start_ns=START_NS, symbols=SYMBOLS, market=False), machine_ns=0
    ).listing.pairs.items()
}


def _names(order: Order) -> list[str]:
    """Return all ids that an order has."""
    given = [text for text in (order.cl_ord_id, order.sender_sub_id) if text]
    return [order.order_id, *given, *(amend.amend_id for amend in order.amends)]


def _check_v1(frame: bytes) -> None:
    """Fail where a frame has none of version 1's forms."""
    try:
        said = json.loads(frame, parse_constant=_no_constant)
    except ValueError:
        raise Broken("v1: no JSON", frame) from None
    match said:
        case {"event": str()}:
            return
        case [int(), dict() | list(), str(), str()] | [int(), dict(), dict(), str(), str()]:
            return
        case [list(), str(), {"sequence": int()}]:
            return
    raise Broken("v1: no such form", frame)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _plain(text: str) -> str:
    """Return an error without what differs each time."""
    return re.sub(r"\d+", "0", text)[:80]


def _number(text: str) -> float:
    try:
        return max(-1e12, min(float(text), 1e12))
    except ValueError:
        return 0.0
