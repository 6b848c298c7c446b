/* Callers that hold a poll while nobody joins them: the memory that each one takes. */
#include "load.h"

static const double SETTLING = 0.5; /* seconds until what came last is held as well */
enum { AT_ONCE = 64 };              /* waiters that come together: fewer than any listen backlog */

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

void waiters(void) {
    struct peer *peers = allocate(count, sizeof *peers);
    long before = resident_bytes();
    for (long i = 0; i < count; i++) {
        peers[i].caller = true;
        peers[i].call = (unsigned long)i;
        open_connection(&peers[i].post);
        if (nchan) /* a first request there too: it has been accepted when it is answered */
            ask(&peers[i].post, &peers[i], ready, "GET /healthz", "", NULL);
        else
            dial(&peers[i], ready);
        while ((unsigned long)i >= operations + AT_ONCE) turn();
    }
    while (operations < (unsigned long)count) turn();
    run_for(SETTLING);
    double cpu = cpu_seconds(), start = now();
    run_for(seconds);
    report(now() - start, cpu_seconds() - cpu, resident_bytes() - before);
}
