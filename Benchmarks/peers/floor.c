/* floor: the least that a relay for `load` can do. One thread, one epoll set, memory that is there before it is needed,
 * offsets where a server that strangers can reach has to read and check. It is a limit to compare with, not a relay to
 * use: it trusts that each request comes whole or in order, with Authorization and Content-Length as its first fields,
 * and bears one message.
 *
 *     cc -O2 -o floor floor.c; ./floor PORT
 *
 * What a real relay has to do beside that can be switched on piece by piece, to see what each costs
 * (`Benchmarks/price`): -DFIELDS -DTOKENS -DJSON -DLIMITS -DSAVED; the pieces are in price/. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    DESCRIPTORS = 1 << 17,
    PEERS = 1 << 21, /* that may ever dial */
    CODES = 1 << 16,
    SMALL = 512, LARGE = 8192, /* bytes of an event: there are these two sizes */
    SMALL_EVENTS = 1 << 18, LARGE_EVENTS = 1 << 15, /* at once */
    BUFFER = 1 << 17,
    BATCH = 256,
    POLL_SECONDS = 25,
};

#include "price.h"

struct event {
    struct event *next;
    uint32_t seq, length;
    bool large;
    char bytes[];
};

/* Peers are known by their number; there is no peer 0. */
struct peer {
    struct event *first, *last;
    uint32_t seq, other;
    uint32_t descriptor;          /* of its held poll; 0: none is held */
    uint32_t earlier, later, since; /* among the held polls, and the second that it is held from */
    uint64_t code;
    uint32_t next; /* that waits under a code in the same place */
    MORE_OF_A_PEER
};

struct connection {
    uint32_t held;   /* the peer whose poll it is */
    uint32_t length; /* of `partial`: a request that is not all here */
    char *partial;
    MORE_OF_A_CONNECTION
};

static struct peer *peers;
static uint32_t peer_count, codes[CODES], first_held, last_held, second;
static struct connection connections[DESCRIPTORS];
/* Those that were given back, and the bytes of those that nobody has had yet: pages that nobody touches cost nothing.
 */
static struct events {
    struct event *free;
    char *unused, *end;
} small, large;
static char input[BUFFER], output[BUFFER];

#ifdef FIELDS
static char no_content[] = "HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n"
    "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n";
static char json_head[] = "Content-Type: application/json\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 00000\r\n\r\n";
#else
static const char no_content[] = "HTTP/1.1 204 No Content\r\n\r\n";
static const char json_head[] = "Content-Type: application/json\r\nContent-Length: 00000\r\n\r\n";
#endif

struct request {
    char kind; /* e: events, m: messages, l: leave, d: dial, o: anything else, x: refused */
    uint32_t peer, after;
    const char *body;
    uint32_t body_length, length; /* of the body, and of it all */
};

#define PARTS
#include "price.h"

/* Events */

static struct event *take_event(uint32_t length) {
    bool is_large = length > SMALL;
    struct events *events = is_large ? &large : &small;
    struct event *event = events->free;
    if (event) {
        events->free = event->next;
        return event;
    }
    event = (struct event *)events->unused;
    events->unused += sizeof *event + (is_large ? LARGE : SMALL);
    if (events->unused > events->end) fputs("floor: no more events\n", stderr), exit(1);
    event->large = is_large;
    return event;
}

static void give_back(struct event *event) {
    struct events *events = event->large ? &large : &small;
    event->next = events->free;
    events->free = event;
}

static void *reserve(size_t number, size_t size) {
    void *memory = calloc(number, size);
    if (!memory) perror("floor"), exit(1);
    return memory;
}

static void reserve_events(struct events *events, size_t number, size_t bytes) {
    size_t size = sizeof(struct event) + bytes;
    events->unused = reserve(number, size);
    events->end = events->unused + number * size;
}

/* Answers */

static void say(int descriptor, const char *bytes, size_t length) {
    if (send(descriptor, bytes, length, MSG_NOSIGNAL) < 0) return; /* its reader has gone */
}

/* Writes the digits of a number that end before `end`. */
static char *digits(char *end, uint32_t number) {
    do *--end = (char)('0' + number % 10);
    while (number /= 10);
    return end;
}

/* Puts a head before the body that stands in `output` from `body` on, and sends both. */
static void answer(int descriptor, const char *status, size_t status_length, size_t body_length) {
    memcpy(output, status, status_length);
    memcpy(output + status_length, json_head, sizeof json_head - 1);
    size_t head = status_length + sizeof json_head - 1;
    digits(output + head - 4, (uint32_t)body_length);
    say(descriptor, output, head + body_length);
}
#define BODY_AFTER(status) (output + sizeof status - 1 + sizeof json_head - 1)

/* Held polls, the one that is held for longest first */

static void release(uint32_t number) {
    struct peer *peer = &peers[number];
    if (peer->earlier) peers[peer->earlier].later = peer->later;
    else first_held = peer->later;
    if (peer->later) peers[peer->later].earlier = peer->earlier;
    else last_held = peer->earlier;
    connections[peer->descriptor].held = 0;
    peer->descriptor = 0;
}

static void hold(uint32_t number, int descriptor) {
    struct peer *peer = &peers[number];
    peer->descriptor = (uint32_t)descriptor;
    peer->since = second;
    peer->later = 0;
    peer->earlier = last_held;
    if (last_held) peers[last_held].later = number;
    else first_held = number;
    last_held = number;
    connections[descriptor].held = number;
}

static void answer_poll(int descriptor, const struct peer *peer) {
    static const char ok[] = "HTTP/1.1 200 OK\r\n", begin[] = "{\"events\":[";
    char *start = BODY_AFTER(ok), *at = start + sizeof begin - 1;
    memcpy(start, begin, sizeof begin - 1);
    for (const struct event *event = peer->first; event; event = event->next) {
        memcpy(at, event->bytes, event->length);
        at += event->length;
        *at++ = ',';
    }
    at[-1] = ']';
    *at++ = '}';
    answer(descriptor, ok, sizeof ok - 1, (size_t)(at - start));
}

/* `rest` is the event but for `{"seq":N,`. */
static void put_event(uint32_t number, const char *rest, uint32_t length) {
    static const char begin[] = "{\"seq\":";
    struct peer *peer = &peers[number];
    struct event *event = take_event(length + 32);
    char text[12], *sequence = digits(text + 12, event->seq = ++peer->seq), *at = event->bytes;
    memcpy(at, begin, sizeof begin - 1);
    at += sizeof begin - 1;
    memcpy(at, sequence, (size_t)(text + 12 - sequence));
    at += text + 12 - sequence;
    *at++ = ',';
    memcpy(at, rest, length);
    event->length = (uint32_t)(at - event->bytes) + length;
    event->next = NULL;
    if (peer->first) peer->last->next = event;
    else peer->first = event;
    peer->last = event;
    count_event(peer, event);
    if (!peer->descriptor) return;
    int descriptor = (int)peer->descriptor;
    release(number);
    answer_poll(descriptor, peer);
}

static void forget_events(struct peer *peer, uint32_t up_to) {
    while (peer->first && peer->first->seq <= up_to) {
        struct event *event = peer->first;
        peer->first = event->next;
        uncount_event(peer, event);
        give_back(event);
    }
}

/* Requests */

static void dial(int descriptor, const char *body, uint32_t length) {
    static const char created[] = "HTTP/1.1 201 Created\r\n", joined[] = "\"type\":\"joined\"}";
    uint64_t code = 14695981039346656037u;
    for (uint32_t i = 9; i < length - 2; i++) code = (code ^ (uint8_t)body[i]) * 1099511628211u;
    uint32_t number = ++peer_count, *place = &codes[(code ^ code >> 32) % CODES];
    struct peer *peer = &peers[number];
    while (*place && peers[*place].code != code) place = &peers[*place].next;
    uint32_t caller = *place;
    if (caller) {
        *place = peers[caller].next;
        peer->other = caller;
        peers[caller].other = number;
    } else {
        peer->code = code;
        *place = number;
    }
    char token[64];
    make_token(number, token);
    char *start = BODY_AFTER(created);
    const char *role = caller ? "callee" : "caller";
    int written = sprintf(start, "{\"token\":\"%s\",\"role\":\"%s\"" DIAL_REST "}", token, role);
    save(number, 'd', body, length);
    answer(descriptor, created, sizeof created - 1, (size_t)written);
    if (caller) put_event(caller, joined, sizeof joined - 1);
}

static void perform(int descriptor, const struct request *request) {
    struct peer *peer = &peers[request->peer];
    switch (request->kind) {
    case 'e':
        if (peer->first) save(request->peer, 'a', (const char *)&request->after, sizeof request->after);
        forget_events(peer, request->after);
        if (peer->first) answer_poll(descriptor, peer);
        else hold(request->peer, descriptor);
        return;
    case 'm': { /* {"messages":[{"id":N,"type":…}]} */
        const char *rest = request->body + 19;
        while (*rest++ != ',') continue;
        uint32_t length = (uint32_t)(request->body + request->body_length - 2 - rest);
        save(request->peer, 'm', rest, length);
        put_event(peer->other, rest, length);
        break;
    }
    case 'd': dial(descriptor, request->body, request->body_length); return;
    case 'l':
        save(request->peer, 'l', "", 0);
        forget_events(peer, peer->seq);
        forget_token(request->peer);
        break;
    case 'x': say(descriptor, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 47); return;
    default: say(descriptor, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nOK\n", 41); return;
    }
    say(descriptor, no_content, sizeof no_content - 1);
}

#ifndef FIELDS
static uint32_t number_at(const char *at) {
    uint32_t number = 0;
    while (*at >= '0' && *at <= '9') number = number * 10 + (uint32_t)(*at++ - '0');
    return number;
}

/* False: it is not all here. */
static bool read_request(const char *bytes, uint32_t length, struct request *request) {
    static const char authorization[] = "Authorization: Bearer ", size[] = "Content-Length: ";
    const char *head_end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!head_end) return false;
    *request = (struct request){.kind = 'o', .body = head_end + 4};
    /* POST /v1/messages HTTP/1.1, GET /v1/events?after=N HTTP/1.1 */
    const char *at = memchr(bytes, '\n', length) + 1;
    if (bytes[0] == 'P') request->kind = bytes[9];
    else if (bytes[5] == 'v') request->kind = 'e', request->after = number_at(bytes + 21);
    if (request->kind != 'd' && request->kind != 'o') {
        at += sizeof authorization - 1;
        request->peer = find_token(at);
        at += TOKEN_LENGTH + 2;
    }
    if (bytes[0] == 'P') request->body_length = number_at(at + sizeof size - 1);
    request->length = (uint32_t)(request->body - bytes) + request->body_length;
    return request->length <= length;
}
#endif

static void readable(int descriptor) {
    struct connection *connection = &connections[descriptor];
    uint32_t kept = connection->length, at = 0;
    if (kept) memcpy(input, connection->partial, kept);
    ssize_t received = recv(descriptor, input + kept, sizeof input - kept, 0);
    if (received <= 0) {
        if (connection->held) release(connection->held);
        free(connection->partial);
        uncount_connection(descriptor);
        *connection = (struct connection){0};
        close(descriptor);
        return;
    }
    uint32_t length = kept + (uint32_t)received;
    struct request request;
    for (; at < length && read_request(input + at, length - at, &request); at += request.length) {
        check(descriptor, &request);
        perform(descriptor, &request);
    }
    connection->length = length - at;
    if (at < length) { /* one that is cut in two, which is rare */
        connection->partial = realloc(connection->partial, length - at);
        memcpy(connection->partial, input + at, length - at);
    } else if (kept) {
        free(connection->partial);
        connection->partial = NULL;
    }
}

static void accept_all(int epoll, int listener) {
    struct sockaddr_in address;
    for (;;) {
        socklen_t length = sizeof address;
        int descriptor = accept4(listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK);
        if (descriptor < 0) return;
        count_connection(descriptor, address.sin_addr.s_addr);
        struct epoll_event interest = {.events = EPOLLIN, .data.fd = descriptor};
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &interest);
    }
}

int main(int arguments, char **argument) {
    if (arguments != 2) return fputs("usage: floor PORT\n", stderr), 2;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
    signal(SIGPIPE, SIG_IGN);
    peers = reserve(PEERS, sizeof *peers);
    reserve_events(&small, SMALL_EVENTS, SMALL);
    reserve_events(&large, LARGE_EVENTS, LARGE);
    prepare();
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); /* what is accepted inherits it */
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argument[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0)
        return perror("floor"), 1;
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = listener}, events[BATCH];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &interest);
    for (;;) {
        int ready = epoll_wait(epoll, events, BATCH, first_held ? 1000 : -1);
        struct timespec time;
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
        if (second != (uint32_t)time.tv_sec) next_second((uint32_t)time.tv_sec);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_all(epoll, listener);
            else readable(events[i].data.fd);
        }
        while (first_held && second - peers[first_held].since >= POLL_SECONDS) {
            int descriptor = (int)peers[first_held].descriptor;
            release(first_held);
            say(descriptor, no_content, sizeof no_content - 1);
        }
    }
}
