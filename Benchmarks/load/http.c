/* HTTP/1.1 over one epoll set: as much of it as both servers speak, and strict about that. */
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SMALLEST_READ = 1024, FIRST_BUFFER = 2048, LONGEST_REQUEST = 8192, BATCH = 256 };
enum { HANDSHAKES = 64 }; /* under way at once: a server closes some of very many */

static int epoll = -1;
static int handshakes; /* under way */

static void transmit(struct connection *connection, const char *request, size_t length) {
    ssize_t sent = connection->tls ? tls_send(connection->tls, request, length)
                                   : send(connection->descriptor, request, length, MSG_NOSIGNAL);
    if (sent != (ssize_t)length) fail("cannot send: %s", strerror(errno));
}

/* Goes on with the handshake; a request may be waiting for its end. */
static void shake(struct connection *connection) {
    if (!tls_is_ready(connection->tls)) return;
    connection->shaking = false;
    handshakes--;
    if (!connection->early) return;
    transmit(connection, connection->early, strlen(connection->early));
    free(connection->early);
    connection->early = NULL;
}

void open_connection(struct connection *connection) {
    if (epoll < 0) epoll = epoll_create1(EPOLL_CLOEXEC);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *connection = (struct connection){.open = true, .descriptor = descriptor, .buffer = connection->buffer,
                                      .capacity = connection->capacity};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)asked.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        fail("cannot connect: %s", strerror(errno));
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    connection->tls = tls_over(descriptor);
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &interest) != 0) fail("epoll: %s", strerror(errno));
    if (!connection->tls) return;
    if (fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) fail("fcntl: %s", strerror(errno));
    handshakes++;
    connection->shaking = true;
    shake(connection);
    while (handshakes >= HANDSHAKES) turn(now() + 1);
}

void close_connection(struct connection *connection) {
    if (!connection->open || connection->busy) fail("a connection is closed that is in use, or that is none");
    if (connection->tls) tls_end(connection->tls);
    close(connection->descriptor);
    connection->open = false;
}

void ask(struct connection *connection, void *owner, answer_handler *answered, const char *line, const char *fields,
         const char *body) {
    if (connection->busy) fail("a second request while the first is out: %s", line);
    if (!connection->open) open_connection(connection);
    char size[64] = "", request[LONGEST_REQUEST];
    if (body) snprintf(size, sizeof size, "Content-Length: %zu\r\n", strlen(body));
    int length = snprintf(request, sizeof request, "%s HTTP/1.1\r\n%s%sHost: 127.0.0.1:%d\r\n%s\r\n%s", line, fields,
                          size, asked.port, body ? "Content-Type: application/json\r\n" : "", body ? body : "");
    connection->busy = true;
    connection->owner = owner;
    connection->answered = answered;
    if (!connection->shaking)
        transmit(connection, request, (size_t)length);
    else if (!(connection->early = strdup(request)))
        fail("out of memory");
}

const char *field(const struct answer *answer, const char *name) {
    for (const char *line = answer->head; line < answer->body - 4; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, strlen(name)) == 0) return line + 2 + strlen(name);
    return NULL;
}

static bool is_whole(const struct connection *connection, struct answer *answer) {
    const char *start = connection->buffer, *end = strstr(start, "\r\n\r\n");
    if (!end) return false;
    if (strncmp(start, "HTTP/1.1 ", 9) != 0) fail("no HTTP: %.40s", start);
    *answer = (struct answer){.status = atoi(start + 9), .head = strstr(start, "\r\n"), .body = end + 4};
    size_t length = (size_t)(answer->body - start);
    if (answer->status != 204) {
        const char *value = field(answer, "Content-Length:");
        if (!value) fail("status %d without Content-Length", answer->status);
        length += strtoul(value, NULL, 10);
    }
    if (connection->length > length) fail("more than was asked for: %s", start + length);
    return connection->length == length;
}

static void receive(struct connection *connection) {
    if (connection->capacity - connection->length < SMALLEST_READ) {
        connection->capacity = connection->capacity ? 2 * connection->capacity : FIRST_BUFFER;
        connection->buffer = realloc(connection->buffer, connection->capacity);
        if (!connection->buffer) fail("out of memory");
    }
    char *to = connection->buffer + connection->length;
    size_t room = connection->capacity - connection->length - 1;
    ssize_t received = connection->tls ? tls_receive(connection->tls, to, room)
                                       : recv(connection->descriptor, to, room, MSG_DONTWAIT);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) fail("the server closed a connection");
    if (!connection->busy) fail("an answer that nobody asked for");
    connection->length += (size_t)received;
    connection->buffer[connection->length] = 0;
    struct answer answer;
    if (!is_whole(connection, &answer)) return;
    connection->busy = false;
    connection->length = 0;
    connection->answered(connection->owner, &answer);
}

void turn(double until) {
    struct epoll_event events[BATCH];
    double rest = until - now();
    struct timespec patience = {0};
    if (rest > 0) patience = (struct timespec){(time_t)rest, (long)((rest - (double)(time_t)rest) * 1e9)};
    int ready = epoll_pwait2(epoll, events, BATCH, &patience, NULL);
    for (int i = 0; i < ready; i++) {
        struct connection *connection = events[i].data.ptr;
        if (connection->shaking)
            shake(connection);
        else
            do receive(connection);
            while (connection->tls && tls_has_more(connection->tls));
    }
}

void run_for(double duration) {
    for (double end = now() + duration; now() < end;) turn(end);
}
