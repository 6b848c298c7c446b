/* What a relay that strangers can reach has to do beside moving bytes, for floor.c: each piece alone can be switched on,
 * is written as plainly as it can be, and costs nothing where it is off. This is included twice: for what peers and
 * connections have more, and for the work. */
#ifndef PARTS

#ifdef TOKENS
enum { TOKEN_BYTES = 32, TOKEN_LENGTH = 43, TOKEN_PLACES = 1 << 16 };
#define TOKEN_OF_A_PEER unsigned char token[TOKEN_BYTES]; uint32_t next_token;
#else
enum { TOKEN_LENGTH = 8 };
#define TOKEN_OF_A_PEER
#endif
#ifdef LIMITS
#define MORE_OF_A_PEER TOKEN_OF_A_PEER uint32_t events, bytes, seen, origin, posted;
#define MORE_OF_A_CONNECTION uint32_t deadline, address, earlier, later;
#else
#define MORE_OF_A_PEER TOKEN_OF_A_PEER
#define MORE_OF_A_CONNECTION
#endif

#else

#include "price/fields.h"
#include "price/tokens.h"
#include "price/json.h"
#include "price/limits.h"
#include "price/saved.h"

static void check(int descriptor, struct request *request) {
    if (!is_json(request) || !is_within_limits(descriptor, request)) request->kind = 'x';
}

static void prepare(void) {
    prepare_fields();
    prepare_tokens();
    prepare_log();
}

static void next_second(uint32_t number) {
    second = number;
    write_date();
}

#endif
