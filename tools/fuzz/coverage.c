/* What the compiler calls at every branch of an instrumented module: a map of the edges taken, and of the places seen.
   Loaded before Python; read by fuzz_kernel.py through ctypes. */

#include <stdint.h>
#include <string.h>

#define EDGES 65536
#define PLACES 65536

static unsigned char taken[EDGES], known[EDGES];
static uintptr_t places[PLACES];
static uintptr_t before;

static uint32_t mixed(uintptr_t at) {
    return (uint32_t)((at * 0x9E3779B97F4A7C15ULL) >> 40);
}

void __sanitizer_cov_trace_pc(void) {
    uintptr_t at = (uintptr_t)__builtin_return_address(0);
    uint32_t here = mixed(at);
    unsigned char *count = &taken[(here ^ before) % EDGES];
    if (*count < 255)
        ++*count;
    before = here >> 1;
    for (uint32_t slot = here % PLACES; places[slot] != at; slot = (slot + 1) % PLACES)
        if (places[slot] == 0) {
            places[slot] = at;
            break;
        }
}

void fuzz_begin(void) {
    memset(taken, 0, EDGES);
    before = 0;
}

/* How many edges were taken as often as never before: once, twice, a few times, many times. */
int fuzz_news(void) {
    int news = 0;
    for (int edge = 0; edge < EDGES; edge++)
        if (taken[edge]) {
            unsigned char bucket = taken[edge] == 1 ? 1 : taken[edge] == 2 ? 2 : taken[edge] < 8 ? 4 : taken[edge] < 64 ? 8 : 16;
            if (bucket & ~known[edge]) {
                known[edge] |= bucket;
                news++;
            }
        }
    return news;
}

const uintptr_t *fuzz_places(void) {
    return places;
}
