/* TOKENS: 256 random bits for each peer, that nobody can guess, found again by a table. */
#ifdef TOKENS
#include <sys/random.h>

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static unsigned char base64_value[256];
static uint32_t token_places[TOKEN_PLACES];

static void prepare_tokens(void) {
    memset(base64_value, 255, sizeof base64_value);
    for (int i = 0; i < 64; i++) base64_value[(unsigned char)base64[i]] = (unsigned char)i;
}

static uint32_t *token_place(const unsigned char *token) {
    return &token_places[(token[0] | token[1] << 8) % TOKEN_PLACES];
}

static void make_token(uint32_t number, char *text) {
    struct peer *peer = &peers[number];
    if (getrandom(peer->token, TOKEN_BYTES, 0) != TOKEN_BYTES) perror("floor"), exit(1);
    for (int i = 0; i < TOKEN_LENGTH; i++) {
        int bit = i * 6, byte = bit / 8;
        unsigned pair = (unsigned)peer->token[byte] << 8 | (byte + 1 < TOKEN_BYTES ? peer->token[byte + 1] : 0);
        text[i] = base64[pair >> (10 - bit % 8) & 63];
    }
    text[TOKEN_LENGTH] = 0;
    uint32_t *place = token_place(peer->token);
    peer->next_token = *place;
    *place = number;
}

/* 0: nobody's. */
static uint32_t find_token(const char *text) {
    unsigned char token[TOKEN_BYTES + 1];
    unsigned bits = 0, waiting = 0, written = 0, wrong = 0;
    for (int i = 0; i < TOKEN_LENGTH; i++) {
        unsigned char value = base64_value[(unsigned char)text[i]];
        wrong |= value & 128;
        bits = bits << 6 | (value & 63);
        if ((waiting += 6) >= 8) token[written++] = (unsigned char)(bits >> (waiting -= 8));
    }
    if (wrong) return 0;
    for (uint32_t number = *token_place(token); number; number = peers[number].next_token)
        if (memcmp(peers[number].token, token, TOKEN_BYTES) == 0) return number;
    return 0;
}

static void forget_token(uint32_t number) {
    uint32_t *place = token_place(peers[number].token);
    while (*place != number) place = &peers[*place].next_token;
    *place = peers[number].next_token;
}
#else
static void prepare_tokens(void) {}
static void make_token(uint32_t number, char *text) { sprintf(text, "%08x", number); }
static void forget_token(uint32_t number) { (void)number; }
static uint32_t find_token(const char *text) {
    uint32_t number = 0;
    for (int i = 0; i < TOKEN_LENGTH; i++)
        number = number << 4 | (uint32_t)(text[i] < 'a' ? text[i] - '0' : text[i] - 'a' + 10);
    return number;
}
#endif
