/* A peer of either relay. Nchan has no dial: there a peer is a channel, whose name stands in for the token.
 *
 * Every message bears a mark, CALL.SENDER.NUMBER, and its reader expects each mark once and in order, as it expects
 * each seq: a relay that is fast because it loses or repeats messages, or mixes calls up, is found out. */
#include "load.h"

enum { SDP_BYTES = 2500 };

void pair(struct peer *caller, struct peer *callee) {
    static unsigned long begun;
    begun++;
    struct peer *const both[] = {caller, callee};
    for (int i = 0; i < 2; i++) {
        *both[i] = (struct peer){both[i]->post, both[i]->poll, both[1 - i], .caller = i == 0, .call = begun};
        if (asked.nchan) snprintf(both[i]->token, sizeof both[i]->token, "%lu%c", begun, "ab"[i]);
    }
}

/* The first header lines of the peer's requests. The bare relay counts on their being the first. */
static const char *authorization(const struct peer *peer) {
    static char fields[96];
    snprintf(fields, sizeof fields, "Authorization: Bearer %s\r\n", peer->token);
    return asked.nchan ? "" : fields;
}

void dial(struct peer *peer, struct connection *way, answer_handler *answered) {
    char body[64];
    snprintf(body, sizeof body, "{\"code\":\"load %lu\"}", peer->call);
    ask(way, peer, answered, "POST /v1/dial", "", body);
}

void take_token(struct peer *peer, const struct answer *answer) {
    static const char key[] = "\"token\":\"";
    const char *token = strstr(answer->body, key);
    if (answer->status != 201 || !token) fail("dial: status %d %s", answer->status, answer->body);
    if (!strstr(answer->body, peer->caller ? "\"caller\"" : "\"callee\"")) fail("dial: the wrong role");
    token += strlen(key);
    snprintf(peer->token, sizeof peer->token, "%.*s", (int)strcspn(token, "\""), token);
}

void hold_poll(struct peer *peer, answer_handler *answered) {
    char line[128];
    if (asked.nchan)
        snprintf(line, sizeof line, "GET /subscribe?id=%s", peer->token);
    else
        snprintf(line, sizeof line, "GET /v1/events?after=%lu", peer->seq);
    ask(&peer->poll, peer, answered, line, asked.nchan ? peer->cursor : authorization(peer), NULL);
}

static void read_mark(struct peer *reader, const char *mark) {
    unsigned long call = 0, number = 0;
    char sender = 0;
    sscanf(mark, "%lu.%c.%lu", &call, &sender, &number);
    if (call != reader->call || sender != (reader->caller ? 'b' : 'a'))
        complain("a peer of call %lu got a message of call %lu, sender %c", reader->call, call, sender);
    else if (number != reader->received + 1)
        complain("message %lu where %lu was due", number, reader->received + 1);
    else
        reader->received = number;
}

long read_poll(struct peer *peer, const struct answer *answer) {
    static const char seq[] = "\"seq\":", mark[] = "\"mark\":\"";
    if (answer->status == 204) return 0;
    if (answer->status != 200) fail("poll: status %d %s", answer->status, answer->body);
    if (asked.nchan) {
        const char *modified = field(answer, "Last-Modified:"), *tag = field(answer, "Etag:");
        if (!modified || !tag) fail("a message without its place in the channel");
        snprintf(peer->cursor, sizeof peer->cursor, "If-Modified-Since:%.*s\r\nIf-None-Match:%.*s\r\n",
                 (int)strcspn(modified, "\r"), modified, (int)strcspn(tag, "\r"), tag);
    }
    for (const char *at = answer->body; (at = strstr(at, seq)); at++) {
        unsigned long number = strtoul(at + strlen(seq), NULL, 10);
        if (number != peer->seq + 1) complain("event %lu where %lu was due", number, peer->seq + 1);
        peer->seq = number;
    }
    if (!peer->joined && strstr(answer->body, "\"joined\"")) peer->joined = true;
    unsigned long before = peer->received;
    for (const char *at = answer->body; (at = strstr(at, mark)); at++) read_mark(peer, at + strlen(mark));
    return (long)(peer->received - before);
}

/* A description's text as it stands in JSON, of about the usual size. */
static const char *sdp(void) {
    static char text[SDP_BYTES + 64];
    if (!*text) {
        int length = snprintf(text, sizeof text, "v=0\\r\\no=- 46117314 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n");
        for (int type = 96; length < SDP_BYTES; type++)
            length += snprintf(text + length, sizeof text - (size_t)length, "a=rtpmap:%d codec/90000\\r\\n", type);
    }
    return text;
}

void post_next(struct peer *peer, struct connection *way, void *owner, answer_handler *answered) {
    static const char candidate[] = "\"candidate\":\"candidate:842163049 1 udp 2122260223 192.0.2.7 49203 typ host "
        "generation 0 ufrag 4ZcD network-id 1\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":\"4ZcD\"";
    unsigned long number = ++peer->sent;
    char description[SDP_BYTES + 128], body[SDP_BYTES + 512], line[128] = "POST /v1/messages";
    const char *type = number > 1 ? "candidate" : peer->caller ? "offer" : "answer";
    if (number == 1) snprintf(description, sizeof description, "\"type\":\"%s\",\"sdp\":\"%s\"", type, sdp());
    snprintf(body, sizeof body, "{\"messages\":[{\"id\":%lu,\"type\":\"%s\",\"data\":{%s,\"mark\":\"%lu.%c.%lu\"}}]}",
             number, type, number > 1 ? candidate : description, peer->call, peer->caller ? 'a' : 'b', number);
    if (asked.nchan) snprintf(line, sizeof line, "POST /publish?id=%s", peer->other->token);
    ask(way, owner, answered, line, authorization(peer), body);
}

void check_posted(const struct answer *answer) {
    if (answer->status != 204 && !(asked.nchan && answer->status / 100 == 2))
        fail("post: status %d %s", answer->status, answer->body);
}

void leave(struct peer *peer, answer_handler *answered) {
    char line[128] = "POST /v1/leave";
    if (asked.nchan) snprintf(line, sizeof line, "DELETE /publish?id=%s", peer->token);
    ask(&peer->post, peer, answered, line, authorization(peer), asked.nchan ? NULL : "{\"reason\":\"connected\"}");
}
