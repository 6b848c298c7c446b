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
        if (!is_name(name, length, "content-type")) return true;
        found->json = end - value >= 16 && is_name(value, 16, "application/json");
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
