/* Callers that hold a poll while nobody joins them: the memory that each one takes. */
#include "load.h"

static const double SETTLING = 2; /* seconds until what came last is held as well, and the server has tidied up */
enum { AT_ONCE = 64 }; /* waiters that come together: fewer than any listen backlog */
enum { FIRST = 64 };   /* waiters that come before the memory is looked at, and stay */

static void woken(void *owner, const struct answer *answer) {
    (void)owner;
    fail("a poll that should be held was answered: status %d %s", answer->status, answer->body);
}

static void ready(void *owner, const struct answer *answer) {
    struct peer *peer = owner;
    char line[64] = "GET /v1/events";
    if (nchan)
        snprintf(line, sizeof line, "GET /subscribe?id=%lu", peer->call);
    else
        take_token(peer, answer);
    operations++;
    ask(&peer->post, peer, woken, line, authorization(peer), NULL);
}

static void come(struct peer *peer, long number) {
    peer->caller = true;
    peer->call = (unsigned long)number;
    open_connection(&peer->post);
    if (nchan) /* a first request there too: it has been accepted when it is answered */
        ask(&peer->post, peer, ready, "GET /healthz", "", NULL);
    else
        dial(peer, ready);
}

/* Those in [from, to), until all of them are held. */
static void all_come(struct peer *peers, long from, long to) {
    for (long i = from; i < to; i++) {
        come(&peers[i], i);
        while ((unsigned long)i >= operations + AT_ONCE) turn();
    }
    while (operations < (unsigned long)to) turn();
    run_for(SETTLING);
}

void waiters(void) {
    struct peer *peers = allocate(FIRST + count, sizeof *peers);
    /* What the first of all brings into memory, such as the code of TLS, is not a client's. */
    all_come(peers, 0, FIRST);
    long before = resident_bytes();
    all_come(peers, FIRST, FIRST + count);
    double cpu = cpu_seconds(), start = now();
    run_for(seconds);
    operations = (unsigned long)count;
    report(now() - start, cpu_seconds() - cpu, resident_bytes() - before);
}
