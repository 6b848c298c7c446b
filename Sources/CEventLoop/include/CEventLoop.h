/* What Glibc's Swift module lacks: epoll, accept4, and socket addresses of both families. */
#ifndef HOLDLINE_CEVENTLOOP_H
#define HOLDLINE_CEVENTLOOP_H

#include <stdint.h>

/* epoll's bits, by the kernel's numbers (checked against its header in CEventLoop.c). */
enum { HL_IN = 0x001, HL_OUT = 0x004, HL_ERROR = 0x008, HL_HANGUP = 0x010, HL_READ_HANGUP = 0x2000 };

/* One ready descriptor. struct epoll_event is packed on x86-64, which Swift does not import. */
typedef struct {
    uint64_t tag;
    uint32_t events;
} hl_ready;

enum { HL_BATCH = 256 };

/* An address without its struct sockaddr: family 4, 6, or 0 for a unix socket. `bytes` in network order. */
typedef struct {
    uint8_t family;
    uint16_t port;
    uint32_t scope;
    uint8_t bytes[16];
} hl_address;

/* These four are the system's calls; -1 with errno where they fail. */
int hl_epoll_create(void);
int hl_epoll_add(int set, int fd, uint32_t events, uint64_t tag);
int hl_epoll_modify(int set, int fd, uint32_t events, uint64_t tag);
/* Fills at most HL_BATCH entries; a signal counts as nothing ready. */
int hl_epoll_wait(int set, hl_ready *ready, int milliseconds);

uint64_t hl_monotonic_nanoseconds(void);

/* From now on all threads share one heap. */
void hl_use_one_heap(void);

/* Gives whole pages back that lie free between what is in use. */
void hl_trim_heap(void);

/* Gives the memory back that holds code and constants of the program and its libraries: what is needed again is read
   from the page cache again. Nothing of what was ever written to is touched. */
void hl_drop_clean_code(void);

/* Accepts one connection, non-blocking, close-on-exec; with the address it comes from and the one it came in on.
   Returns the descriptor, or -1 with errno. */
int hl_accept(int listener, hl_address *peer, hl_address *local);

/* Opens a listening TCP socket; IPv6 takes IPv4 too (dual stack). Returns the descriptor, or -1 with errno. */
int hl_listen_tcp(const hl_address *address, int backlog);

/* Opens a listening unix socket whose file has these permissions; a socket file that nobody listens on any more is
   replaced, nothing else ever. Returns the descriptor, or -1 with errno. */
int hl_listen_unix(const char *path, unsigned int mode, int backlog);

/* Makes a listening stream socket that somebody else has opened as those above are. -1 with errno if it is none. */
int hl_adopt_listener(int fd);

/* The address that a listening socket is bound to: the port, where 0 was asked for. */
hl_address hl_local_address(int fd);

#endif
