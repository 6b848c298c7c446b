/* What the parts of `load` share. main.c says what it does. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* main.c: what was asked for, and what came of it */

struct options {
    bool nchan;            /* the server is nginx with Nchan: a channel for each peer */
    int port, server;      /* where it listens; its process */
    double seconds;        /* to measure */
    double warm_up;        /* seconds before that */
    double settle;         /* seconds before memory is looked at */
    long count;            /* of connections, pairs, calls or waiters */
    long strangers;        /* further clients that wait */
    double rate;           /* messages a second, of the scenario that has a pace */
    bool fresh;            /* new connections for each call */
};
extern struct options asked;

extern unsigned long operations; /* done since the measurement began */
extern unsigned long pending;    /* on the way: when the measurement is over, all of it must come to its end */
extern bool stopping;            /* it is over: begin nothing new */

/* Warms up, measures, waits for what is pending, and notes operations, seconds and CPU. */
void measure(void);
/* A figure of the report. */
void note(const char *name, double value);
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
    bool open;
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
void close_connection(struct connection *connection);

/* `line`: method and target. `fields`: whole header lines. `body`: JSON, or NULL. Opens the connection if need be. */
void ask(struct connection *connection, void *owner, answer_handler *answered, const char *line, const char *fields,
         const char *body);

/* Where a field's value begins, or NULL. `name` ends with its colon. */
const char *field(const struct answer *answer, const char *name);

/* Handles the answers that are there; waits for some until a moment of `now` if there are none. */
void turn(double until);
void run_for(double duration);

/* tls.c: what stands between a connection and its socket */

/* From now on connections are TLS, and trust that CA file alone. */
void use_tls(const char *authority);
/* NULL: connections are plain. */
struct ssl_st *tls_over(int descriptor);
void tls_end(struct ssl_st *tls);
/* Takes the next step of the handshake. True: it is over. */
bool tls_is_ready(struct ssl_st *tls);
/* As recv and send are, on a socket that does not block. */
ssize_t tls_receive(struct ssl_st *tls, char *to, size_t room);
ssize_t tls_send(struct ssl_st *tls, const char *from, size_t length);
/* Whether there is more that the socket does not tell of. */
bool tls_has_more(const struct ssl_st *tls);

/* peer.c: what a peer asks of either relay, and whether it gets what it should */

struct peer {
    struct connection post, poll;
    struct peer *other;
    bool caller, joined, leaving;
    unsigned long call;           /* the number of its call */
    unsigned long sent, received; /* messages */
    unsigned long seq;            /* of the last event that was read */
    unsigned long owed;           /* messages whose time has come while the last post was out */
    double due;                   /* when the last message that was sent had to be */
    char token[64];               /* holdline: what the dial gave. nchan: the channel that this peer reads */
    char cursor[160];             /* nchan: the header lines that ask for the next message */
};

/* Two peers of a new call, on the connections that they had. */
void pair(struct peer *caller, struct peer *callee);
/* `way` is the connection; both relays: `answered` is called once the peer can go on. */
void dial(struct peer *peer, struct connection *way, answer_handler *answered);
void take_token(struct peer *peer, const struct answer *answer);
void hold_poll(struct peer *peer, answer_handler *answered);
/* Reads the answer of a poll. The number of messages in it. */
long read_poll(struct peer *peer, const struct answer *answer);
/* Posts the peer's next message: its description first, candidates from then on. */
void post_next(struct peer *peer, struct connection *way, void *owner, answer_handler *answered);
void check_posted(const struct answer *answer);
void leave(struct peer *peer, answer_handler *answered);

/* waiters.c: `number` more clients, pairs that nobody writes to, which hold their polls from now on */
struct peer *park(long number);

/* The scenarios: requests.c, conversation.c, waiters.c */

void requests(void);
void messages(void);
void paced(void);
void calls(void);
void waiters(void);
void wake(void);
