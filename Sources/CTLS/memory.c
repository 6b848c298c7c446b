/* Room for what OpenSSL needs for a moment: buffers of a whole record and of a handshake's messages, 12 to 24 kB each.
   From the heap they would leave holes between what connections keep, a tenth of the memory of one that waits. */
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { BLOCK = 24 * 1024, LEAST = 12 * 1024, BLOCKS = 32 };

static char *blocks;
/* A bit for each that is taken. */
static _Atomic uint32_t taken;

static int is_block(const void *memory) {
    return (const char *)memory >= blocks && (const char *)memory < blocks + BLOCK * BLOCKS;
}

/* NULL if all are taken: then it is the heap's turn. */
static void *block_take(void) {
    uint32_t now = atomic_load_explicit(&taken, memory_order_relaxed);
    while (now != UINT32_MAX) {
        uint32_t next = now | (now + 1);
        if (atomic_compare_exchange_weak_explicit(&taken, &now, next, memory_order_acquire, memory_order_relaxed))
            return blocks + (size_t)BLOCK * (unsigned)__builtin_ctz(next & ~now);
    }
    return NULL;
}

static void block_give(const void *memory) {
    unsigned index = (unsigned)(((const char *)memory - blocks) / BLOCK);
    atomic_fetch_and_explicit(&taken, ~(UINT32_C(1) << index), memory_order_release);
}

static void *take(size_t size, const char *file, int line) {
    (void)file;
    (void)line;
    void *block = size >= LEAST && size <= BLOCK ? block_take() : NULL;
    return block != NULL ? block : malloc(size);
}

static void give(void *memory, const char *file, int line) {
    (void)file;
    (void)line;
    if (is_block(memory)) block_give(memory);
    else free(memory);
}

static void *resize(void *memory, size_t size, const char *file, int line) {
    if (!is_block(memory)) return realloc(memory, size);
    if (size == 0) {
        block_give(memory);
        return NULL;
    }
    if (size <= BLOCK) return memory;
    void *larger = take(size, file, line);
    if (larger == NULL) return NULL;
    memcpy(larger, memory, BLOCK);
    block_give(memory);
    return larger;
}

/* Before OpenSSL has taken any. */
__attribute__((constructor)) static void begin(void) {
    void *room = mmap(NULL, (size_t)BLOCK * BLOCKS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) return;
    blocks = room;
    CRYPTO_set_mem_functions(take, resize, give);
}
