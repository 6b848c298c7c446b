/* Connections that stay open and ask for the same few bytes: what one HTTP request costs. */
#include "load.h"

static answer_handler answered;

static void request(struct connection *connection) {
    ask(connection, connection, answered, "GET /healthz", "", NULL);
}

static void answered(void *owner, const struct answer *answer) {
    if (answer->status != 200) fail("/healthz: status %d", answer->status);
    operations++;
    request(owner);
}

void requests(void) {
    struct connection *connections = allocate(asked.count, sizeof *connections);
    for (long i = 0; i < asked.count; i++) {
        open_connection(&connections[i]);
        request(&connections[i]);
    }
    measure();
}
