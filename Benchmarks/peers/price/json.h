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
        int lower = *at | 32; /* a digit stays as it is */
        bool is_digit = lower >= '0' && lower <= '9';
        if (!is_digit && (lower < 'a' || lower > 'f')) return NULL;
        *unit = *unit << 4 | (unsigned)(is_digit ? lower - '0' : lower - 'a' + 10);
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

static const char *skip_word(const char *at, const char *end, const char *word) {
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : NULL;
}

static const char *skip_value(const char *at, const char *end, int depth) {
    at = skip_space(at, end);
    if (at == end || depth == DEEPEST) return NULL;
    char open = *at, close = open == '{' ? '}' : ']';
    if (open == '"') return skip_string(at, end);
    if (open == 't') return skip_word(at, end, "true");
    if (open == 'f') return skip_word(at, end, "false");
    if (open == 'n') return skip_word(at, end, "null");
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
static bool is_json(const struct request *request) {
    (void)request;
    return true;
}
#endif
