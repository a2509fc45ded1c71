"""The shapes in memory that the modules of the kernel share, and loads of eight bytes at once.

Prices are ticks, quantities lots, times ns since 1970; all in 64 bits.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    /* Eight bytes with the first in the lowest place. memcpy: the address need not be aligned. */
    static inline uint64_t fathom_load8(const unsigned char *at) {
        uint64_t word;
        memcpy(&word, at, 8);
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
    #endif
        return word;
    }

    /* Of eight bytes xor-ed with eight times '0': the high bit of each that was no digit. */
    static inline uint64_t fathom_others(uint64_t word) {
        return ((word + 0x7676767676767676ULL) | word) & 0x8080808080808080ULL;
    }

    /* The number that eight digit values spell, the first in the lowest byte: pairs, then fours, then all. */
    static inline int64_t fathom_eight_digits(uint64_t word) {
        word = word * 10 + (word >> 8);
        return (uint32_t)(((word & 0x000000FF000000FFULL) * 0x000F424000000064ULL
            + ((word >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL) >> 32);
    }

    /* The high bit of each of eight bytes that cannot just be stepped over inside a string: a control character, a
       quote, a backslash, or one from 0x80 on. A borrow may mark a byte above such a one too; the lowest is right. */
    static inline uint64_t fathom_specials(uint64_t word) {
        const uint64_t ones = 0x0101010101010101ULL;
        return ((word | (word - ones * 32) | ((word ^ (ones * 34)) - ones) | ((word ^ (ones * 92)) - ones))
            & (ones << 7));
    }

    /* Spreads every bit over the lower ones too (the finisher of splitmix64). */
    static inline uint64_t fathom_mixed(uint64_t word) {
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ULL;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EBULL;
        return word ^ (word >> 31);
    }
    """
    unsigned int CRC_POLYNOMIAL "0xEDB88320U"
    int64_t MINUTE_NS "60000000000LL"
    uint64_t ZEROS "0x3030303030303030ULL"
    uint64_t NOT_DIGITS "0xFFFFFFFFFFFFFFFFULL"
    uint64_t INT64_MAX "0x7FFFFFFFFFFFFFFFULL"
    uint64_t load8 "fathom_load8"(const unsigned char* at) noexcept nogil
    uint64_t others "fathom_others"(uint64_t word) noexcept nogil
    int64_t eight_digits "fathom_eight_digits"(uint64_t word) noexcept nogil
    uint64_t specials "fathom_specials"(uint64_t word) noexcept nogil
    uint64_t mixed "fathom_mixed"(uint64_t word) noexcept nogil
    int trailing_zeros "__builtin_ctzll"(unsigned long long word) noexcept nogil
    bint add_overflows "__builtin_add_overflow"(int64_t a, int64_t b, int64_t* total) noexcept nogil
    bint mul_overflows "__builtin_mul_overflow"(int64_t a, int64_t b, int64_t* product) noexcept nogil

ctypedef const unsigned char* Text
ctypedef const char* Fault

cdef enum:
    FRAME_BYTES_MAX = 67108864  # 64 MiB; a longer frame is refused.
    ENTRIES_MAX = 65536  # Entries of one side of one frame; a frame with more is refused.
    ADDS_MAX = 16384  # Orders that one side of an update may add: sorting them by time takes their square at worst.
    ORDERS_MAX = 1000000  # Orders of one level 3 book; a frame that would add more is refused.
    NESTING_MAX = 1024  # Arrays and objects within each other in what we skip, as orjson has it.
    NAME_MAX = 15  # Bytes of a name we know, and a few more.
    ORDER_ID_MAX = 36
    KNOWN_MAX = 8192  # Answers that `peek` remembers; a new one takes the place of an old one.
    CHECKED_LEVELS = 10  # The checksum covers ten levels a side (book-checksum.md 1).

# What `apply` returns, and the bits of `flaws`. REFUSED is for us only: `apply` raises it.
cdef enum:
    REFUSED = 0
    VERIFIED = 1
    MISMATCH = 2
    UNCHECKED = 3
    CROSSED = 1
    OUT_OF_ORDER = 2
    TOO_DEEP = 4
    UNKNOWN_ORDER = 8

# What `take` of a desk returns.
cdef enum:
    PASSED = 0
    APPLIED = 1
    TOP = 2
    BROKEN = 3

# The names of a frame's fields, as `next_name` of scan.py tells them apart.
cdef enum Name:
    NAME_FAULT
    NAME_END
    NAME_OTHER
    NAME_CHANNEL
    NAME_TYPE
    NAME_DATA
    NAME_SYMBOL
    NAME_BIDS
    NAME_ASKS
    NAME_CHECKSUM
    NAME_TIMESTAMP
    NAME_PRICE
    NAME_QTY
    NAME_EVENT
    NAME_ORDER_ID
    NAME_LIMIT_PRICE
    NAME_ORDER_QTY

cdef enum:
    EVENT_NONE = 0
    EVENT_ADD = 1
    EVENT_MODIFY = 2
    EVENT_DELETE = 3

cdef enum:
    BIDS = 0
    ASKS = 1

# What a row of a tape is. Level 2 and 3: the side is in the lowest bit, as above; so is a taker's, who buys or sells.
cdef enum:
    ROW_CLEAR = 0  # The book is empty; `price` and `qty` are its precisions from now on, `order` its depth.
    ROW_LEVEL = 2  # `qty` is what stands at `price` now.
    ROW_ADD = 4
    ROW_MODIFY = 6
    ROW_DELETE = 8
    ROW_TRADE = 10  # `order` is the trade's id.
    ROW_GAP = 12  # What was between the row before and this one is not known.

# Bits of a row's flags; the two lowest are the verdict on its frame.
cdef enum:
    ROW_LAST = 4  # Of its frame.
    ROW_SNAPSHOT = 8
    ROW_SEED = 16  # No frame said it: the book as it stood when a day began.

ctypedef struct Cursor:
    # Where we are in a frame. The byte at `end` is a NUL: no rule of JSON accepts one, so a scan that looks
    # at each byte before it steps over it stops there; whoever looks further ahead compares with `end` first.
    Text start
    Text at
    Text end
    Fault fault  # What is wrong at `at`; NULL while nothing is.
    Text text  # The last string read: its bytes between the quotes.
    int64_t length
    bint escaped  # It holds a backslash.
    unsigned char name[16]  # A name or word with its escapes resolved.

ctypedef struct Held:
    # The bytes of a frame with a NUL behind them: the frame's own, or our copy of them.
    Text text
    int64_t length
    void* memory  # Where the copy had to be given memory of its own; NULL: nothing to give back.

ctypedef struct Refusal:
    # Why a frame was not applied, and at which byte; -1: it was no fault of the frame, we have no memory.
    Fault fault
    int64_t at

ctypedef struct Part:
    # One string of a frame: its bytes between the quotes. NULL: not there.
    Text text
    int64_t length
    bint escaped

ctypedef struct Parts:
    Part channel
    Part type
    Part symbol

ctypedef struct Known:
    # Channel, type and symbol of one answer, one behind the other.
    unsigned char lengths[3]
    unsigned char text[61]

ctypedef struct Nesting:
    uint32_t objects[32]  # A bit for each depth up to NESTING_MAX: 1 inside an object, 0 inside an array.

ctypedef struct Entry:
    # One level of a frame.
    int64_t price
    int64_t qty

ctypedef struct Entries:
    Entry* entries
    int64_t count
    int64_t capacity

ctypedef struct LevelReading:
    # What a level 2 frame says, side by side.
    Entries[2] sides
    int price_precision
    int qty_precision

ctypedef struct Lead:
    # The bytes of a book's last usual update, from the first to the bracket of its bids; the symbol among them.
    int length
    unsigned char text[96]

ctypedef struct OrderEvent:
    # One order of a frame.
    int64_t price  # 0: absent.
    int64_t qty  # -1: absent.
    int64_t time_ns  # -1: absent.
    Text id  # In the frame.
    uint32_t id_length
    uint32_t kind
    uint32_t serial  # Of the order that it found or made; 0: none.

ctypedef struct OrderEvents:
    OrderEvent* events
    int64_t count
    int64_t capacity

ctypedef struct OrderReading:
    # What a level 3 frame says, side by side.
    OrderEvents[2] sides
    int price_precision
    int qty_precision

ctypedef struct Envelope:
    # What a frame says besides its levels or orders.
    bint snapshot
    int64_t checksum  # -1: absent.
    int64_t time_ns  # -1: absent.

ctypedef bint (*SideReader)(Cursor* c, int side, void* into) noexcept nogil

ctypedef struct Level:
    int64_t key  # The price of a bid, minus the price of an ask: the better, the higher.
    int64_t qty  # For level 3 the sum over its orders.
    uint32_t crc  # CRC-32 of its digits ...
    uint32_t length  # ... and how many those are; 0: not computed.
    uint32_t head  # Level 3: its first and last order in the pool.
    uint32_t tail

ctypedef struct Ladder:
    # One side of a book: levels[first] is the worst, levels[first + count - 1] the best.
    Level* levels
    int64_t capacity
    int64_t first
    int64_t count
    int64_t sign  # 1 for bids, -1 for asks.
    int64_t folded  # So many of the best levels have their prefix below.
    uint32_t prefix_crc[11]  # CRC-32 of the digits of the n best levels ...
    uint32_t prefix_length[11]  # ... and how many those are.

ctypedef struct Order:
    int64_t qty
    int64_t key  # That of its level.
    int64_t time_ns
    uint32_t before  # Its neighbours in the queue; 0: none.
    uint32_t after
    uint32_t hash
    uint32_t message  # The message that added it.
    uint32_t crc  # CRC-32 of its digits ...
    uint32_t serial  # The how-many-th order of its book it is; it comes once.
    uint8_t length  # ... and how many those are.
    uint8_t side
    uint8_t id_length
    unsigned char id[36]

ctypedef struct Pool:
    # The orders of one level 3 book. Number 0 is nobody. A free order's `after` names the next free one.
    Order* orders
    uint32_t* slots  # An open-addressing table of order numbers by id; 0: empty.
    int64_t capacity
    int64_t used  # Numbers ever given, with that of nobody.
    int64_t held  # Orders alive.
    int64_t mask  # Slots less one.
    uint32_t free  # The first free number; 0: none.

ctypedef struct Row:
    # One change of a market, as a tape holds it.
    int64_t local_ns  # When the recorder had it.
    int64_t venue_ns  # The time that its frame tells; -1: none.
    int64_t order_ns  # Level 3: the order's own time; -1: none.
    int64_t price
    int64_t qty
    int64_t order  # Level 3: its serial; 0: nobody that we knew.
    uint32_t frame  # The how-many-th frame of its day. Trades of one message share it.
    uint8_t kind
    uint8_t flags
    uint16_t spare

ctypedef struct OrderName:
    # The id of the order of a row, filled up with NULs.
    unsigned char text[36]

# Why a stepper stopped.
cdef enum:
    WOKE_FRAME = 1  # A frame of the book.
    WOKE_TOP = 2  # The price or quantity of a best level changed.
    WOKE_TRADE = 4
    WOKE_BOOK = 8  # The book is believed from here on, or is not any more.
    WOKE_OWN = 16  # An order of ours was filled, or what it waited for came.
    WOKE_END = 32  # There are no more rows.

# How far a cancellation at our price brings us forward.
cdef enum:
    MODEL_PESSIMISTIC = 0  # Not at all: everybody who leaves stood behind us.
    MODEL_PROPORTIONAL = 1  # By the share of the level that stood before us.
    MODEL_TRADES = 2  # Not at all, and what is shown counts for nothing: only trades do.
    MODEL_EXACT = 3  # Level 3: nothing is guessed.

cdef enum:
    OWNS_MAX = 256  # Orders of ours at once.
    TAKENS_MAX = 1024  # Levels of which we took something that the market has not shown again.
    WAITS_MAX = 256  # Orders of ours at once that wait for a price.
    MARKS_MAX = 1024  # Level 3: orders of others that are not as recorded; the oldest is forgotten.
    REMOVALS_MAX = 256  # Level 3: what left the front of a queue of late; the oldest are forgotten.

ctypedef struct Segment:
    # One tape of a chain.
    const Row* rows
    int64_t count

ctypedef struct Place:
    # Where somebody is in a chain: the next row, and where its tape ends.
    const Row* at
    const Row* end
    int segment

ctypedef struct Own:
    # An order of ours that rests.
    int64_t handle
    int64_t price
    int64_t left
    int64_t ahead  # What stands before it.
    int64_t traded  # Of what stood before it: traded, and not yet gone from the level.
    int64_t cut  # Gone from the level, and perhaps traded: a trade within a moment is that.
    int64_t cut_ns
    int64_t came_ns
    uint32_t message  # Level 3: the last that was told before it came.
    int side

ctypedef struct Fill:
    int64_t handle
    int64_t price
    int64_t qty
    int64_t time_ns  # The venue's.

ctypedef struct Ours:
    # What of ours rests at the venue, in the order in which it came, and how it was filled.
    Own* owns
    int count
    Fill* fills
    int fill_count
    int fill_capacity
    int64_t now_ns  # The venue's time.
    bint starving  # There was no memory for something: nothing goes on.

ctypedef struct Taken:
    int64_t price
    int64_t qty
    int side

ctypedef struct LevelFloor:
    # The venue's level 2 book, less what our takers took of it.
    Ladder[2] sides
    Taken* takens
    int taken_count
    int depth
    int model

ctypedef struct Wait:
    # An order of ours that waits for a trade at a price.
    int64_t handle
    int64_t price
    int64_t distance  # 0: the price stays where it is.
    bint above

ctypedef struct Fired:
    # A wait that is over.
    int64_t handle
    int64_t last  # The price of the trade that ended it ...
    int64_t past  # ... and how far beyond the trigger that was.
    int64_t time_ns

ctypedef struct Waits:
    Wait* waits
    int count
    Fired* fired  # As many as have room: none fires twice.
    int fired_count
    int fired_capacity
    int64_t last  # The price of the last trade at the venue.
    bint traded  # There was one.

ctypedef struct Queues:
    # A level 3 book of rows: an order's id is its serial.
    Ladder[2] sides
    Pool pool
    uint32_t message  # So many frames were taken.
    uint32_t anew  # The last of them that was a snapshot.

ctypedef struct Mark:
    # What is known of an order beside what is recorded of it.
    uint32_t serial  # 0: it is not shown, and known by its time when it comes again.
    int64_t order_ns
    int64_t taken  # By takers of ours.
    int64_t struck  # By trades, of which the book does not tell yet ...
    int64_t struck_ns  # ... and the time of the last of these.

ctypedef struct Removal:
    # What left the front of a queue: perhaps a trade did it that is still to be told.
    int64_t price
    int64_t qty
    int64_t told_ns  # When it was made, by its own frame.
    int64_t order_ns  # Of the order that it left.
    int64_t now_ns  # The venue's time when it was told.
    uint32_t message  # Of the order that it left.
    int side

ctypedef struct Trade:
    # What somebody took at a price.
    int64_t price
    int64_t qty
    int64_t used  # Of it: what went to ours.
    int64_t time_ns
    int side  # Of those whom he met.

ctypedef struct QueueFloor:
    # The venue's level 3 book, and what of it is not as recorded.
    Queues queues
    Mark* marks
    int mark_count
    Removal* removals
    int removal_count
