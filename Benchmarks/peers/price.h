/* What a relay that strangers can reach has to do beside moving bytes, piece by piece, for floor.c: each piece alone can
 * be switched on, as plainly as it can be written, and costs nothing where it is off. It is included twice: for what
 * peers and connections have more, and for the work. */
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

/* FIELDS: every byte of a request's head is looked at, and what is not of the form is refused; the fields count wherever
 * they stand; answers bear what browsers and caches need. */
#ifdef FIELDS
#include <strings.h>
#define DIAL_REST ",\"iceServers\":[],\"pollSeconds\":25"

static bool is_token_byte[256], is_value_byte[256];
static uint32_t find_token(const char *text);

static void prepare_fields(void) {
    for (int byte = 0; byte < 256; byte++) {
        is_value_byte[byte] = (byte >= 0x20 && byte != 0x7F) || byte == '\t';
        is_token_byte[byte] = byte > 0x20 && byte < 0x7F && !strchr("\"(),/:;<=>?@[\\]{}", byte);
    }
}

static bool is_name(const char *name, size_t length, const char *wanted) {
    return strncasecmp(name, wanted, length) == 0;
}

static bool read_number(const char *at, const char *end, uint32_t *number) {
    if (at == end || end - at > 9) return false;
    for (*number = 0; at < end; at++) {
        if (*at < '0' || *at > '9') return false;
        *number = *number * 10 + (uint32_t)(*at - '0');
    }
    return true;
}

struct found {
    bool host, size, json, foreign;
};

/* False: refused. */
static bool read_field(const char *name, size_t length, const char *value, const char *end, struct request *request,
                       struct found *found) {
    switch (length) {
    case 4:
        if (!is_name(name, length, "host")) return true;
        if (found->host || end - value < 9 || memcmp(value, "127.0.0.1", 9) != 0) return false;
        return found->host = true;
    case 6: return !is_name(name, length, "origin") && !is_name(name, length, "expect");
    case 12:
        if (is_name(name, length, "content-type")) found->json = end - value >= 16 && is_name(value, 16, "application/json");
        return true;
    case 13:
        if (!is_name(name, length, "authorization")) return true;
        if (request->peer || end - value != 7 + TOKEN_LENGTH || !is_name(value, 7, "bearer ")) return false;
        return (request->peer = find_token(value + 7)) != 0;
    case 14:
        if (!is_name(name, length, "content-length")) return true;
        if (found->size || !read_number(value, end, &request->body_length)) return false;
        return found->size = true;
    case 17: return !is_name(name, length, "transfer-encoding");
    default: return true;
    }
}

static bool read_line(const char *line, const char *end, struct request *request) {
    static const char version[] = " HTTP/1.1", events[] = "/v1/events?after=";
    const char *target = memchr(line, ' ', (size_t)(end - line));
    if (!target || end - ++target < (long)sizeof version) return false;
    const char *target_end = end - (sizeof version - 1);
    if (memcmp(target_end, version, sizeof version - 1) != 0) return false;
    for (const char *at = line; at < target - 1; at++) if (!is_token_byte[(unsigned char)*at]) return false;
    for (const char *at = target; at < target_end; at++) if (*at <= 0x20 || *at >= 0x7F) return false;
    size_t length = (size_t)(target_end - target);
    if (line[0] == 'G' && length >= sizeof events && memcmp(target, events, sizeof events - 1) == 0) {
        request->kind = 'e';
        return read_number(target + sizeof events - 1, target_end, &request->after);
    }
    if (length == 8 && memcmp(target, "/v1/dial", 8) == 0) request->kind = 'd';
    if (length == 9 && memcmp(target, "/v1/leave", 9) == 0) request->kind = 'l';
    if (length == 12 && memcmp(target, "/v1/messages", 12) == 0) request->kind = 'm';
    return true;
}

/* False: it is not all here. */
static bool read_request(const char *bytes, uint32_t length, struct request *request) {
    *request = (struct request){.kind = 'o'};
    struct found found = {0};
    bool good = true, first = true;
    for (const char *line = bytes, *end; (end = memchr(line, '\n', (size_t)(bytes + length - line))); line = end + 1) {
        if (end == line || end[-1] != '\r') good = false;
        if (end - line <= 1) {
            request->body = end + 1;
            request->length = (uint32_t)(end + 1 - bytes) + request->body_length;
            bool has_body = request->kind != 'e' && request->kind != 'o';
            if (!good || !found.host || (has_body && !(found.json && found.size))) request->kind = 'x';
            return request->length <= length;
        }
        if (first) {
            good = good && read_line(line, end - 1, request);
            first = false;
            continue;
        }
        const char *colon = line, *value, *value_end = end - 1;
        while (is_token_byte[(unsigned char)*colon]) colon++;
        if (colon == line || *colon != ':') good = false;
        for (value = colon + 1; *value == ' ' || *value == '\t';) value++;
        for (const char *at = value; at < value_end; at++) good &= is_value_byte[(unsigned char)*at];
        while (value_end > value && (value_end[-1] == ' ' || value_end[-1] == '\t')) value_end--;
        good = good && read_field(line, (size_t)(colon - line), value, value_end, request, &found);
    }
    return false;
}

static void write_date(void) {
    char date[64];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    memcpy(strstr(no_content, "Date: ") + 6, date, 29);
    memcpy(strstr(json_head, "Date: ") + 6, date, 29);
}
#else
#define DIAL_REST ""
static void prepare_fields(void) {}
static void write_date(void) {}
#endif

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

/* JSON: a body is checked against the grammar, byte for byte, UTF-8 and surrogates included. */
#ifdef JSON
enum { DEEPEST = 64 };

static const char *skip_space(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    return at;
}

/* Behind four hexadecimal digits, or NULL. */
static const char *skip_unit(const char *at, const char *end, unsigned *unit) {
    if (end - at < 4) return NULL;
    *unit = 0;
    for (int i = 0; i < 4; i++, at++) {
        int digit = *at >= '0' && *at <= '9' ? *at - '0' : (*at | 32) >= 'a' && (*at | 32) <= 'f' ? (*at | 32) - 'a' + 10 : -1;
        if (digit < 0) return NULL;
        *unit = *unit << 4 | (unsigned)digit;
    }
    return at;
}

/* Each of these gives the place behind what it has read, or NULL. */
static const char *skip_escape(const char *at, const char *end) {
    if (at == end) return NULL;
    if (*at != 'u') return strchr("\"\\/bfnrt", *at) && *at ? at + 1 : NULL;
    unsigned high, low;
    if (!(at = skip_unit(at + 1, end, &high))) return NULL;
    if (high < 0xD800 || high > 0xDFFF) return at;
    if (high > 0xDBFF || end - at < 6 || at[0] != '\\' || at[1] != 'u') return NULL;
    at = skip_unit(at + 2, end, &low);
    return at && low >= 0xDC00 && low <= 0xDFFF ? at : NULL;
}

static const char *skip_utf8(const char *at, const char *end) {
    unsigned char first = (unsigned char)*at++;
    int more = first >= 0xC2 && first <= 0xDF ? 1 : (first & 0xF0) == 0xE0 ? 2 : first >= 0xF0 && first <= 0xF4 ? 3 : 0;
    if (!more || end - at < more) return NULL;
    unsigned char second = (unsigned char)*at;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
        (first == 0xF4 && second > 0x8F))
        return NULL;
    for (; more > 0; more--) if ((*at++ & 0xC0) != 0x80) return NULL;
    return at;
}

static const char *skip_string(const char *at, const char *end) {
    if (at == end || *at++ != '"') return NULL;
    while (at && at < end) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"') return at + 1;
        if (byte == '\\') at = skip_escape(at + 1, end);
        else if (byte >= 0x80) at = skip_utf8(at, end);
        else if (byte < 0x20) return NULL;
        else at++;
    }
    return NULL;
}

static const char *skip_digits(const char *at, const char *end) {
    const char *start = at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at > start ? at : NULL;
}

static const char *skip_number(const char *at, const char *end) {
    if (*at == '-') at++;
    if (at < end && *at == '0') at++;
    else if (!(at = skip_digits(at, end))) return NULL;
    if (at < end && *at == '.' && !(at = skip_digits(at + 1, end))) return NULL;
    if (at < end && (*at | 32) == 'e') {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        at = skip_digits(at, end);
    }
    return at;
}

static const char *skip_value(const char *at, const char *end, int depth) {
    at = skip_space(at, end);
    if (at == end || depth == DEEPEST) return NULL;
    char open = *at, close = open == '{' ? '}' : ']';
    if (open == '"') return skip_string(at, end);
    if (open == 't' || open == 'n') return end - at >= 4 && !memcmp(at, open == 't' ? "true" : "null", 4) ? at + 4 : NULL;
    if (open == 'f') return end - at >= 5 && memcmp(at, "false", 5) == 0 ? at + 5 : NULL;
    if (open != '{' && open != '[') return skip_number(at, end);
    at = skip_space(at + 1, end);
    if (at < end && *at == close) return at + 1;
    for (;;) {
        if (open == '{') {
            if (!(at = skip_string(skip_space(at, end), end))) return NULL;
            at = skip_space(at, end);
            if (at == end || *at++ != ':') return NULL;
        }
        if (!(at = skip_value(at, end, depth + 1))) return NULL;
        at = skip_space(at, end);
        if (at == end) return NULL;
        if (*at == close) return at + 1;
        if (*at++ != ',') return NULL;
    }
}

static bool is_json(const struct request *request) {
    const char *end = request->body + request->body_length;
    if (request->body_length == 0) return true;
    const char *rest = skip_value(request->body, end, 0);
    return rest && skip_space(rest, end) == end;
}
#else
static bool is_json(const struct request *request) { (void)request; return true; }
#endif

/* LIMITS: what is counted for each mailbox, address and connection, and when each is to be looked at again. */
#ifdef LIMITS
enum { ADDRESSES = 1 << 12, MOST = 1 << 20, IDLE_SECONDS = 75, MAILBOX_EVENTS = 256, MAILBOX_BYTES = 1 << 18 };
static struct address {
    uint32_t address, connections, polls, dials;
} addresses[ADDRESSES];
static uint64_t all_bytes;
static uint32_t first_idle, last_idle; /* connections by when they were used last, the one unused for longest first */

static struct address *address_of(uint32_t bytes) {
    uint32_t place = bytes * 2654435761u % ADDRESSES;
    while (addresses[place].address && addresses[place].address != bytes) place = (place + 1) % ADDRESSES;
    addresses[place].address = bytes;
    return &addresses[place];
}

static void unlink_connection(int descriptor) {
    struct connection *connection = &connections[descriptor];
    if (connection->earlier) connections[connection->earlier].later = connection->later;
    else first_idle = connection->later;
    if (connection->later) connections[connection->later].earlier = connection->earlier;
    else last_idle = connection->earlier;
}

static void link_connection(int descriptor) {
    struct connection *connection = &connections[descriptor];
    connection->deadline = second + IDLE_SECONDS;
    connection->later = 0;
    connection->earlier = last_idle;
    if (last_idle) connections[last_idle].later = (uint32_t)descriptor;
    else first_idle = (uint32_t)descriptor;
    last_idle = (uint32_t)descriptor;
}

static void count_connection(int descriptor, uint32_t address) {
    connections[descriptor].address = address;
    address_of(address)->connections++;
    link_connection(descriptor);
}

static void uncount_connection(int descriptor) {
    unlink_connection(descriptor);
    address_of(connections[descriptor].address)->connections--;
}

static void count_event(struct peer *peer, const struct event *event) {
    peer->events++;
    peer->bytes += event->length;
    all_bytes += event->length + 64;
}

static void uncount_event(struct peer *peer, const struct event *event) {
    peer->events--;
    peer->bytes -= event->length;
    all_bytes -= event->length + 64;
}

static bool is_within_limits(int descriptor, const struct request *request) {
    struct address *address = address_of(connections[descriptor].address);
    struct peer *peer = &peers[request->peer];
    unlink_connection(descriptor);
    link_connection(descriptor);
    peer->seen = second;
    switch (request->kind) {
    case 'd': return ++address->dials < MOST && address->connections < MOST;
    case 'e': return ++address->polls < UINT32_MAX;
    case 'm': {
        const struct peer *other = &peers[peer->other];
        peer->posted++;
        return other->events < MAILBOX_EVENTS && other->bytes + request->body_length <= MAILBOX_BYTES &&
               all_bytes + request->body_length <= MOST * (uint64_t)64;
    }
    default: return true;
    }
}
#else
static void count_connection(int descriptor, uint32_t address) { (void)descriptor, (void)address; }
static void uncount_connection(int descriptor) { (void)descriptor; }
static void count_event(struct peer *peer, const struct event *event) { (void)peer, (void)event; }
static void uncount_event(struct peer *peer, const struct event *event) { (void)peer, (void)event; }
static bool is_within_limits(int descriptor, const struct request *request) { (void)descriptor, (void)request; return true; }
#endif

static void check(int descriptor, struct request *request) {
    if (!is_json(request) || !is_within_limits(descriptor, request)) request->kind = 'x';
}

/* SAVED: each change is written, with a checksum, into memory that outlives the process. */
#ifdef SAVED
#include <fcntl.h>
#include <sys/mman.h>
#include <zlib.h>

enum { LOG_BYTES = 1 << 20 }; /* then it begins anew, in memory that is new, as with a snapshot of nothing */
static char *log_memory;
static uint32_t log_end;
static int log_file;

static void prepare_log(void) {
    log_file = memfd_create("floor", MFD_CLOEXEC);
    if (log_file < 0 || ftruncate(log_file, LOG_BYTES) != 0) perror("floor"), exit(1);
    log_memory = mmap(NULL, LOG_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, log_file, 0);
    if (log_memory == MAP_FAILED) perror("floor"), exit(1);
}

static void save(uint32_t peer, char kind, const char *bytes, uint32_t length) {
    struct {
        uint32_t length, checksum, peer, kind;
        char token[32];
        uint64_t time;
    } head = {sizeof head + length, 0, peer, (uint32_t)kind, {0}, second};
    if (log_end + head.length > LOG_BYTES) {
        fallocate(log_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, LOG_BYTES);
        log_end = 0;
    }
    char *place = log_memory + log_end;
    memcpy(place, &head, sizeof head);
    memcpy(place + sizeof head, bytes, length);
    head.checksum = (uint32_t)crc32(log_end, (const unsigned char *)place + 8, head.length - 8);
    memcpy(place + 4, &head.checksum, sizeof head.checksum);
    __atomic_store_n(&log_end, log_end + head.length, __ATOMIC_RELEASE);
}
#else
static void prepare_log(void) {}
static void save(uint32_t peer, char kind, const char *bytes, uint32_t length) {
    (void)peer, (void)kind, (void)bytes, (void)length;
}
#endif

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
