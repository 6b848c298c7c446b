/* What the parts of `load` share. main.c says what it does. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

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
    struct ssl_st *tls; /* NULL: plain */
    bool shaking;       /* the handshake is not over */
    char *early;        /* the request that waits for its end */
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

/* tls.c: what stands between a connection and its socket */

/* From now on connections are TLS, and trust that CA file alone. */
void use_tls(const char *authority);
/* NULL: connections are plain. */
struct ssl_st *tls_over(int descriptor);
/* Takes the next step of the handshake. True: it is over. */
bool tls_is_ready(struct ssl_st *tls);
/* As recv and send are, on a socket that does not block. */
ssize_t tls_receive(struct ssl_st *tls, char *to, size_t room);
ssize_t tls_send(struct ssl_st *tls, const char *from, size_t length);
/* Whether there is more that the socket does not tell of. */
bool tls_has_more(const struct ssl_st *tls);

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
