/* Clients that hold a poll while nobody writes to them, the memory that each one takes, and what it costs to wake them.
 */
#include "load.h"

enum { AT_ONCE = 64 };  /* waiters that come together: fewer than any listen backlog */
enum { FIRST = 64 };    /* waiters that come before the memory is looked at, and stay */
enum { POSTERS = 16 };  /* connections on which all that wakes them is posted */
static const double PATIENCE = 60; /* seconds for all to be woken */

static unsigned long arrived, messages_read;

static void polled(void *owner, const struct answer *answer) {
    struct peer *peer = owner;
    /* What Nchan says in place of a 204. */
    if (!asked.nchan || (answer->status != 304 && answer->status != 408))
        messages_read += (unsigned long)read_poll(peer, answer);
    hold_poll(peer, polled);
}

static void ready(void *owner, const struct answer *answer) {
    struct peer *peer = owner;
    if (!asked.nchan) take_token(peer, answer);
    arrived++;
    hold_poll(peer, polled);
}

static void caller_ready(void *owner, const struct answer *answer) {
    struct peer *caller = owner;
    ready(caller, answer);
    dial(caller->other, &caller->other->poll, ready);
}

/* Those in [from, to), until all of them are held; each has one connection, on which it has dialled. */
static void all_come(struct peer *peers, long from, long to) {
    unsigned long start = arrived;
    for (long i = from; i < to; i += 2) {
        pair(&peers[i], &peers[i + 1]);
        if (asked.nchan) /* a first request there too: the connection has been accepted when it is answered */
            for (int j = 0; j < 2; j++) ask(&peers[i + j].poll, &peers[i + j], ready, "GET /healthz", "", NULL);
        else
            dial(&peers[i], &peers[i].poll, caller_ready);
        while (start + (unsigned long)(i + 2 - from) >= arrived + AT_ONCE) turn(now() + 1);
    }
    while (arrived < start + (unsigned long)(to - from)) turn(now() + 1);
    run_for(asked.settle);
}

struct peer *park(long number) {
    number = (number + 1) / 2 * 2;
    struct peer *peers = allocate(FIRST + number, sizeof *peers);
    /* What the first of all brings into memory, such as the code of TLS, is not a client's. */
    all_come(peers, 0, FIRST);
    long before = resident_bytes();
    all_come(peers, FIRST, FIRST + number);
    note("clients", (double)number);
    note("bytes", (double)(resident_bytes() - before));
    return peers + FIRST;
}

void waiters(void) {
    park(asked.count);
    double cpu = cpu_seconds(), start = now();
    run_for(asked.seconds);
    note("seconds", now() - start);
    note("cpu_seconds", cpu_seconds() - cpu);
    note("operations", (double)asked.count);
}

/* A list of senders, of which each connection takes the next as soon as it is free. */
static struct peer *senders;
static long next_sender, last_sender, sender_step;

static void post_on(struct connection *way);

static void posted(void *owner, const struct answer *answer) {
    check_posted(answer);
    post_on(owner);
}

static void post_on(struct connection *way) {
    if (next_sender >= last_sender) return;
    struct peer *sender = &senders[next_sender];
    next_sender += sender_step;
    post_next(sender, way, way, posted);
}

/* Each `step`th peer posts its next message, and the other one of its pair reads it. */
static void all_post(struct peer *peers, long from, long to, long step) {
    static struct connection ways[POSTERS];
    unsigned long due = messages_read + (unsigned long)((to - from + step - 1) / step);
    senders = peers, next_sender = from, last_sender = to, sender_step = step;
    for (int i = 0; i < POSTERS; i++) post_on(&ways[i]);
    for (double end = now() + PATIENCE; messages_read < due;) {
        turn(end);
        if (now() > end) fail("%lu of the waiters were never woken", due - messages_read);
    }
    for (int i = 0; i < POSTERS; i++)
        while (ways[i].busy) turn(now() + 1);
}

void wake(void) {
    struct peer *peers = park(asked.count);
    long number = (asked.count + 1) / 2 * 2;
    /* Candidates are held back until their sender's description is there: those come before. */
    all_post(peers, 0, number, 2);
    all_post(peers, 1, number, 2);
    run_for(asked.warm_up);
    double cpu = cpu_seconds(), start = now();
    all_post(peers, 0, number, 1);
    note("seconds", now() - start);
    note("cpu_seconds", cpu_seconds() - cpu);
    note("operations", (double)number);
}
