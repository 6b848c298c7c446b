/* LIMITS: what is counted for each mailbox, address and connection, and when each is to be looked at again. */
#ifdef LIMITS
enum { ADDRESSES = 1 << 12, MOST = 1 << 20, IDLE_SECONDS = 75, MAILBOX_EVENTS = 256, MAILBOX_BYTES = 1 << 18 };
static struct address {
    uint32_t address, connections, polls, dials;
} addresses[ADDRESSES];
static uint64_t all_bytes;
static uint32_t first_idle, last_idle; /* connections by when they were used last, the one unused for longest first */

static struct address *address_of(uint32_t bytes) {
    uint32_t place = bytes * 2654435761u % ADDRESSES;
    while (addresses[place].address && addresses[place].address != bytes) place = (place + 1) % ADDRESSES;
    addresses[place].address = bytes;
    return &addresses[place];
}

static void unlink_connection(int descriptor) {
    struct connection *connection = &connections[descriptor];
    if (connection->earlier) connections[connection->earlier].later = connection->later;
    else first_idle = connection->later;
    if (connection->later) connections[connection->later].earlier = connection->earlier;
    else last_idle = connection->earlier;
}

static void link_connection(int descriptor) {
    struct connection *connection = &connections[descriptor];
    connection->deadline = second + IDLE_SECONDS;
    connection->later = 0;
    connection->earlier = last_idle;
    if (last_idle) connections[last_idle].later = (uint32_t)descriptor;
    else first_idle = (uint32_t)descriptor;
    last_idle = (uint32_t)descriptor;
}

static void count_connection(int descriptor, uint32_t address) {
    connections[descriptor].address = address;
    address_of(address)->connections++;
    link_connection(descriptor);
}

static void uncount_connection(int descriptor) {
    unlink_connection(descriptor);
    address_of(connections[descriptor].address)->connections--;
}

static void count_event(struct peer *peer, const struct event *event) {
    peer->events++;
    peer->bytes += event->length;
    all_bytes += event->length + 64;
}

static void uncount_event(struct peer *peer, const struct event *event) {
    peer->events--;
    peer->bytes -= event->length;
    all_bytes -= event->length + 64;
}

static bool is_within_limits(int descriptor, const struct request *request) {
    struct address *address = address_of(connections[descriptor].address);
    struct peer *peer = &peers[request->peer];
    unlink_connection(descriptor);
    link_connection(descriptor);
    peer->seen = second;
    switch (request->kind) {
    case 'd': return ++address->dials < MOST && address->connections < MOST;
    case 'e': return ++address->polls < UINT32_MAX;
    case 'm': {
        const struct peer *other = &peers[peer->other];
        peer->posted++;
        return other->events < MAILBOX_EVENTS && other->bytes + request->body_length <= MAILBOX_BYTES &&
               all_bytes + request->body_length <= MOST * (uint64_t)64;
    }
    default: return true;
    }
}
#else
static void count_connection(int descriptor, uint32_t address) { (void)descriptor, (void)address; }
static void uncount_connection(int descriptor) { (void)descriptor; }
static void count_event(struct peer *peer, const struct event *event) { (void)peer, (void)event; }
static void uncount_event(struct peer *peer, const struct event *event) { (void)peer, (void)event; }
static bool is_within_limits(int descriptor, const struct request *request) {
    (void)descriptor, (void)request;
    return true;
}
#endif
