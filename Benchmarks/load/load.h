/* What the parts of `load` share. main.c says what it does. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* main.c: what was asked for, and what came of it */

extern bool nchan;        /* the server is nginx with Nchan, not holdline */
extern int port, server;  /* where it listens; its process */
extern double seconds;    /* to measure */
extern long count;        /* of connections, pairs, calls or waiters */

extern unsigned long operations; /* done since the measurement began */
extern unsigned long pending;    /* on the way: when the measurement is over, all of it must come to its end */
extern bool stopping;            /* it is over: begin nothing new */

/* Warms up, measures, waits for what is pending, and reports. */
void measure(void);
void report(double elapsed, double cpu, long bytes);
void *allocate(long number, size_t size);

/* Counts an error and prints the first few. `fail` ends the run as well. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);
#define fail(...) (complain(__VA_ARGS__), exit(1))

/* costs.c: what the server and all its descendants have used */

double cpu_seconds(void);
long resident_bytes(void);
double now(void);

/* http.c: connections with one request at a time */

struct answer {
    int status;
    const char *head, *body; /* the body ends with a NUL */
};

typedef void answer_handler(void *owner, const struct answer *answer);

struct connection {
    int descriptor;
    bool busy; /* a request is out, and its answer is not all here */
    char *buffer;
    size_t length, capacity;
    answer_handler *answered;
    void *owner;
};

void open_connection(struct connection *connection);

/* `line`: method and target. `fields`: whole header lines. `body`: JSON, or NULL. */
void ask(struct connection *connection, void *owner, answer_handler *answered, const char *line, const char *fields,
         const char *body);

/* Where a field's value begins, or NULL. `name` ends with its colon. */
const char *field(const struct answer *answer, const char *name);

/* Handles the answers that are there; waits for a few milliseconds if there are none. */
void turn(void);
void run_for(double duration);

/* dial.c: two ways to become a peer */

struct peer {
    struct connection post, poll;
    struct peer *other;
    bool caller, leaving;
    unsigned long call;           /* the number of its call */
    unsigned long sent, received; /* messages */
    unsigned long seq;            /* of the last event that was read */
    char token[64];               /* holdline: what the dial gave. nchan: the channel that this peer reads */
    char cursor[160];             /* nchan: the header lines that ask for the next message */
};

void dial(struct peer *peer, answer_handler *answered);
void take_token(struct peer *peer, const struct answer *answer);

/* The header lines that every further request of the peer bears. */
const char *authorization(const struct peer *peer);

/* The scenarios: requests.c, conversation.c, waiters.c */

void requests(void);
void messages(void);
void calls(void);
void waiters(void);
