/* Pairs of peers that hold polls and post to each other: without end (messages), or call by call.
 *
 * Every message bears a mark, CALL.SENDER.NUMBER, and its reader expects each mark once and in order, as it expects
 * each seq: a relay that is fast because it loses or repeats messages, or mixes calls up, is found out. */
#include "load.h"

enum {
    WINDOW = 32,    /* messages that a sender may be ahead of its reader: well within what either relay keeps */
    CANDIDATES = 8, /* of each side of a call */
    SDP_BYTES = 2400,
};

static unsigned long messages_each; /* that a peer of a call sends; 0: no end */
static char sdp[SDP_BYTES + 64];

static void begin_call(struct peer *caller);
static void advance(struct peer *peer);
static void hold_poll(struct peer *peer);

/* A description's text as it stands in JSON, of about the usual size. */
static void write_sdp(void) {
    int length = snprintf(sdp, sizeof sdp, "v=0\\r\\no=- 46117314 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n");
    for (int type = 96; length < SDP_BYTES; type++)
        length += snprintf(sdp + length, sizeof sdp - (size_t)length, "a=rtpmap:%d codec/90000\\r\\n", type);
}

static void read_mark(struct peer *reader, const char *mark) {
    unsigned long call = 0, number = 0;
    char sender = 0;
    sscanf(mark, "%lu.%c.%lu", &call, &sender, &number);
    if (call != reader->call || sender != (reader->caller ? 'b' : 'a')) {
        complain("a peer of call %lu got a message of call %lu, sender %c", reader->call, call, sender);
    } else if (number != reader->received + 1) {
        complain("message %lu where %lu was due", number, reader->received + 1);
    } else {
        reader->received = number;
        if (messages_each) return;
        operations++;
        pending--;
    }
}

static void read_events(struct peer *peer, const char *body) {
    static const char seq[] = "\"seq\":", mark[] = "\"mark\":\"";
    for (const char *at = body; (at = strstr(at, seq)); at++) {
        unsigned long number = strtoul(at + strlen(seq), NULL, 10);
        if (number != peer->seq + 1) complain("event %lu where %lu was due", number, peer->seq + 1);
        peer->seq = number;
    }
    for (const char *at = body; (at = strstr(at, mark)); at++) read_mark(peer, at + strlen(mark));
}

static void polled(void *owner, const struct answer *answer) {
    struct peer *peer = owner;
    if (peer->leaving && answer->status == 401) {
        advance(peer);
        return;
    }
    if (answer->status != 200 && answer->status != 204) fail("poll: status %d %s", answer->status, answer->body);
    if (nchan) {
        const char *modified = field(answer, "Last-Modified:"), *tag = field(answer, "Etag:");
        if (!modified || !tag) fail("a message without its place in the channel");
        snprintf(peer->cursor, sizeof peer->cursor, "If-Modified-Since:%.*s\r\nIf-None-Match:%.*s\r\n",
                 (int)strcspn(modified, "\r"), modified, (int)strcspn(tag, "\r"), tag);
    }
    read_events(peer, answer->body);
    hold_poll(peer);
    advance(peer);
    advance(peer->other); /* which may have waited for this reader */
}

static void hold_poll(struct peer *peer) {
    char line[128];
    if (nchan)
        snprintf(line, sizeof line, "GET /subscribe?id=%s", peer->token);
    else
        snprintf(line, sizeof line, "GET /v1/events?after=%lu", peer->seq);
    ask(&peer->poll, peer, polled, line, nchan ? peer->cursor : authorization(peer), NULL);
}

static void posted(void *owner, const struct answer *answer) {
    if (answer->status != 204 && !(nchan && answer->status / 100 == 2))
        fail("post: status %d %s", answer->status, answer->body);
    advance(owner);
}

/* The peer's next message: its description first, candidates from then on. */
static void post_next(struct peer *peer) {
    static const char candidate[] = "\"candidate\":\"candidate:842163049 1 udp 2122260223 192.0.2.7 49203 typ host "
        "generation 0 ufrag 4ZcD network-id 1\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":\"4ZcD\"";
    unsigned long number = ++peer->sent;
    char description[SDP_BYTES + 128], body[SDP_BYTES + 512], line[128] = "POST /v1/messages";
    const char *type = number > 1 ? "candidate" : peer->caller ? "offer" : "answer";
    if (number == 1) snprintf(description, sizeof description, "\"type\":\"%s\",\"sdp\":\"%s\"", type, sdp);
    snprintf(body, sizeof body, "{\"messages\":[{\"id\":%lu,\"type\":\"%s\",\"data\":{%s,\"mark\":\"%lu.%c.%lu\"}}]}",
             number, type, number > 1 ? candidate : description, peer->call, peer->caller ? 'a' : 'b', number);
    if (nchan) snprintf(line, sizeof line, "POST /publish?id=%s", peer->other->token);
    if (!messages_each) pending++;
    ask(&peer->post, peer, posted, line, authorization(peer), body);
}

static bool is_gone(const struct peer *peer) { return peer->leaving && !peer->post.busy && !peer->poll.busy; }

/* Does what is next for a peer whose last post is answered: a message, its leave, or the next call. */
static void advance(struct peer *peer) {
    if (peer->post.busy) return;
    if (is_gone(peer) && is_gone(peer->other)) {
        operations++;
        pending--;
        if (!stopping) begin_call(peer->caller ? peer : peer->other);
    } else if (peer->leaving || (!peer->caller && peer->received == 0)) {
        return; /* an answer comes after its offer */
    } else if (messages_each ? peer->sent < messages_each : !stopping) {
        if (peer->sent < peer->other->received + WINDOW) post_next(peer);
    } else if (messages_each && peer->received == messages_each) {
        peer->leaving = true;
        ask(&peer->post, peer, posted, "POST /v1/leave", authorization(peer), "{\"reason\":\"connected\"}");
    }
}

static void begin_conversation(struct peer *caller) {
    hold_poll(caller);
    hold_poll(caller->other);
    advance(caller);
}

static void callee_dialled(void *owner, const struct answer *answer) {
    struct peer *callee = owner;
    take_token(callee, answer);
    begin_conversation(callee->other);
}

static void caller_dialled(void *owner, const struct answer *answer) {
    struct peer *caller = owner;
    take_token(caller, answer);
    dial(caller->other, callee_dialled);
}

static void begin_call(struct peer *caller) {
    static unsigned long begun;
    struct peer *const both[] = {caller, caller->other};
    begun++;
    for (int i = 0; i < 2; i++) {
        struct peer fresh = {both[i]->post, both[i]->poll, both[1 - i], .caller = i == 0, .call = begun};
        if (nchan) snprintf(fresh.token, sizeof fresh.token, "%lu%c", begun, "ab"[i]);
        *both[i] = fresh;
    }
    if (messages_each) pending++;
    if (nchan)
        begin_conversation(caller);
    else
        dial(caller, caller_dialled);
}

static void converse(void) {
    write_sdp();
    struct peer *peers = allocate(2 * count, sizeof *peers);
    for (long i = 0; i < 2 * count; i++) {
        open_connection(&peers[i].post);
        open_connection(&peers[i].poll);
        peers[i].other = &peers[i ^ 1];
    }
    for (long i = 0; i < count; i++) begin_call(&peers[2 * i]);
    measure();
}

void messages(void) { converse(); }

void calls(void) {
    messages_each = 1 + CANDIDATES;
    converse();
}
