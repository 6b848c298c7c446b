#define _GNU_SOURCE
#include "CEventLoop.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

_Static_assert(HL_IN == EPOLLIN && HL_OUT == EPOLLOUT && HL_ERROR == EPOLLERR && HL_HANGUP == EPOLLHUP
                   && HL_READ_HANGUP == EPOLLRDHUP,
               "the bits are the kernel's");

int hl_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int hl_epoll_add(int set, int fd, uint32_t events, uint64_t tag) {
    struct epoll_event event = {.events = events, .data.u64 = tag};
    return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
}

int hl_epoll_modify(int set, int fd, uint32_t events, uint64_t tag) {
    struct epoll_event event = {.events = events, .data.u64 = tag};
    return epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
}

int hl_epoll_wait(int set, hl_ready *ready, int milliseconds) {
    struct epoll_event events[HL_BATCH];
    int count = epoll_wait(set, events, HL_BATCH, milliseconds);
    for (int i = 0; i < count; i++) {
        ready[i].tag = events[i].data.u64;
        ready[i].events = events[i].events;
    }
    return count < 0 && errno == EINTR ? 0 : count;
}

uint64_t hl_monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Segments that are mapped without the right to write; those that the loader has written to were mapped with it. */
static int hl_drop_clean_segments(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size;
    (void)unused;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        uintptr_t end = (start + segment->p_memsz) & ~(page - 1);
        start = (start + page - 1) & ~(page - 1);
        if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void hl_use_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

void hl_trim_heap(void) { malloc_trim(0); }

void hl_drop_clean_code(void) { dl_iterate_phdr(hl_drop_clean_segments, NULL); }

static hl_address hl_address_read(const struct sockaddr_storage *from) {
    hl_address address = {0};
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)from;
        address.family = 4;
        address.port = ntohs(in->sin_port);
        memcpy(address.bytes, &in->sin_addr, 4);
    } else if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
        address.family = 6;
        address.port = ntohs(in6->sin6_port);
        address.scope = in6->sin6_scope_id;
        memcpy(address.bytes, &in6->sin6_addr, 16);
    }
    return address;
}

static socklen_t hl_address_write(const hl_address *address, struct sockaddr_storage *to) {
    memset(to, 0, sizeof *to);
    if (address->family == 4) {
        struct sockaddr_in *in = (struct sockaddr_in *)to;
        in->sin_family = AF_INET;
        in->sin_port = htons(address->port);
        memcpy(&in->sin_addr, address->bytes, 4);
        return sizeof *in;
    }
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(address->port);
    in6->sin6_scope_id = address->scope;
    memcpy(&in6->sin6_addr, address->bytes, 16);
    return sizeof *in6;
}

int hl_accept(int listener, hl_address *peer, hl_address *local) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    memset(&storage, 0, sizeof storage);
    int fd = accept4(listener, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return -1;
    *peer = hl_address_read(&storage);
    length = sizeof storage;
    memset(&storage, 0, sizeof storage);
    if (getsockname(fd, (struct sockaddr *)&storage, &length) == 0) *local = hl_address_read(&storage);
    return fd;
}

/* All of it is inherited by what is accepted.
   A client that vanished without a word is noticed within 35 s by the kernel's probes, or, if something is under way to it,
   31 s after that was sent. The longest way is that of a poll that is held for such a client: its answer, after 25 s, ends
   the probes. Both together make less than a minute.
   Of what is written for a client that does not read, the kernel takes so much and a segment, and not the megabytes that
   its send buffer grows to. */
static void hl_tune_tcp(int fd) {
    int on = 1, idle = 20, interval = 5, probes = 3, unsent = 16384;
    unsigned int unacknowledged = 31000;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged, sizeof unacknowledged);
}

int hl_listen_tcp(const hl_address *address, int backlog) {
    struct sockaddr_storage storage;
    socklen_t length = hl_address_write(address, &storage);
    int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int on = 1, off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (storage.ss_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    hl_tune_tcp(fd);
    if (bind(fd, (struct sockaddr *)&storage, length) == 0 && listen(fd, backlog) == 0) return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

/* True if nobody listens any more on the unix socket at this address; false also where that cannot be told. */
static bool hl_unix_is_dead(const struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool dead = connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 && errno == ECONNREFUSED;
    close(fd);
    return dead;
}

int hl_listen_unix(const char *path, unsigned int mode, int backlog) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        if (!hl_unix_is_dead(&address)) {
            errno = EADDRINUSE;
            return -1;
        }
        unlink(path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && chmod(path, mode) == 0 && listen(fd, backlog) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int hl_adopt_listener(int fd) {
    int listens = 0, type = 0, domain = 0;
    socklen_t length = sizeof(int);
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0
        || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0
        || getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0)
        return -1;
    if (!listens || type != SOCK_STREAM) {
        errno = EINVAL;
        return -1;
    }
    if (domain != AF_UNIX) hl_tune_tcp(fd);
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

hl_address hl_local_address(int fd) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    memset(&storage, 0, sizeof storage);
    if (getsockname(fd, (struct sockaddr *)&storage, &length) != 0) storage.ss_family = AF_UNSPEC;
    return hl_address_read(&storage);
}
