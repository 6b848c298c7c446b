/* Pairs of peers that hold polls and post to each other: without end, as fast as it goes or at a pace; or call by call.
 */
#include "load.h"

enum { CANDIDATES = 8 }; /* of each side of a call */

static enum { SATURATED, PACED, CALLS } kind;
static struct peer *peers;
static float *delays; /* seconds from each post to the reader's socket */
static long delays_kept, delays_room;
static bool ready_for_pace; /* both descriptions of every pair are read */

static void begin(struct peer *caller);
static void advance(struct peer *peer);

static unsigned long messages_each(void) { return kind == CALLS ? 1 + CANDIDATES : (unsigned long)-1; }

static void message_read(struct peer *reader) {
    if (kind == CALLS) return;
    operations++;
    pending--;
    if (kind == PACED && ready_for_pace && !stopping && delays_kept < delays_room)
        delays[delays_kept++] = (float)(now() - reader->other->due);
}

static void polled(void *owner, const struct answer *answer) {
    struct peer *peer = owner;
    for (long read = read_poll(peer, answer); read > 0; read--) message_read(peer);
    if (peer->received < messages_each()) hold_poll(peer, polled);
    advance(peer);
    advance(peer->other); /* which may have waited for this reader */
}

static void posted(void *owner, const struct answer *answer) {
    check_posted(answer);
    advance(owner);
}

static void left(void *owner, const struct answer *answer) {
    struct peer *peer = owner;
    check_posted(answer);
    peer->leaving = true;
    if (!peer->other->leaving) return;
    operations++;
    pending--;
    if (asked.fresh)
        for (int i = 0; i < 2; i++) {
            close_connection(i ? &peer->post : &peer->poll);
            close_connection(i ? &peer->other->post : &peer->other->poll);
        }
    if (!stopping) begin(peer->caller ? peer : peer->other);
}

static void post(struct peer *peer) {
    if (kind != CALLS) pending++;
    post_next(peer, &peer->post, peer, posted);
}

/* Whether the peer's last message is on its way still. */
static bool is_under_way(const struct peer *peer) {
    return peer->post.busy || peer->sent != peer->other->received;
}

/* Does what is next for a peer whose last post is answered. */
static void advance(struct peer *peer) {
    if (peer->post.busy || peer->leaving) return;
    bool first = peer->sent == 0;
    if (first && !(peer->caller ? peer->joined : peer->received > 0)) return; /* an answer comes after its offer */
    if (peer->sent == messages_each()) {
        if (peer->received == messages_each() && !peer->poll.busy) leave(peer, left);
    } else if (kind == PACED && !first) {
        if (peer->owed == 0 || is_under_way(peer)) return;
        peer->due += 2 * (double)asked.count / asked.rate;
        peer->owed--;
        post(peer);
    } else if (kind == CALLS || (!stopping && !is_under_way(peer))) {
        post(peer);
    }
}

static void callee_dialled(void *owner, const struct answer *answer) {
    struct peer *callee = owner;
    take_token(callee, answer);
    hold_poll(callee, polled);
}

static void caller_dialled(void *owner, const struct answer *answer) {
    struct peer *caller = owner;
    take_token(caller, answer);
    hold_poll(caller, polled);
    dial(caller->other, &caller->other->post, callee_dialled);
}

static void begin(struct peer *caller) {
    pair(caller, caller->other);
    if (kind == CALLS) pending++;
    if (!asked.nchan) {
        dial(caller, &caller->post, caller_dialled);
        return;
    }
    hold_poll(caller, polled);
    hold_poll(caller->other, polled);
    caller->joined = true;
    advance(caller);
}

static void begin_all(void) {
    peers = allocate(2 * asked.count, sizeof *peers);
    for (long i = 0; i < 2 * asked.count; i++) {
        if (!asked.fresh) {
            open_connection(&peers[i].post);
            open_connection(&peers[i].poll);
        }
        peers[i].other = &peers[i ^ 1];
    }
    for (long i = 0; i < asked.count; i++) begin(&peers[2 * i]);
}

void messages(void) {
    begin_all();
    measure();
}

void calls(void) {
    kind = CALLS;
    begin_all();
    measure();
}

/* Has each peer in turn post when its time comes. A message whose forerunner is under way still is owed, and its time
 * counts from when it was due: a relay that stalls cannot hide that. That this process itself woke up late is not the
 * relay's doing: then the time counts from the post. */
static void keep_pace(double duration) {
    static long turn_of;
    double step = 1 / asked.rate, next = now(), end = next + duration;
    while (next < end) {
        double moment = now();
        if (moment < next) {
            turn(next);
            continue;
        }
        struct peer *peer = &peers[turn_of];
        turn_of = (turn_of + 1) % (2 * asked.count);
        if (is_under_way(peer)) {
            peer->owed++;
        } else {
            peer->due = moment;
            post(peer);
        }
        next += step;
    }
}

static int by_size(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

void paced(void) {
    kind = PACED;
    begin_all();
    while (operations < 2 * (unsigned long)asked.count || pending > 0) turn(now() + 0.1);
    delays_room = (long)(asked.rate * asked.seconds) + 1;
    delays = allocate(delays_room, sizeof *delays);
    keep_pace(asked.warm_up);
    ready_for_pace = true;
    unsigned long before = operations;
    operations = 0;
    double cpu = cpu_seconds(), start = now();
    keep_pace(asked.seconds);
    note("seconds", now() - start);
    note("cpu_seconds", cpu_seconds() - cpu);
    note("operations", (double)operations);
    stopping = true;
    for (double end = now() + 5; pending > 0 && now() < end;) turn(end);
    if (pending > 0) complain("%lu messages were never read", pending);
    note("all_operations", (double)(before + operations));
    if (delays_kept == 0) fail("nothing was read");
    qsort(delays, (size_t)delays_kept, sizeof *delays, by_size);
    note("p50", delays[delays_kept / 2]);
    note("p99", delays[delays_kept * 99 / 100]);
    note("longest", delays[delays_kept - 1]);
}
