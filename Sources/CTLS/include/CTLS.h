/* TLS of servers over OpenSSL 3, as the event loop needs it: no socket is read here and none is waited for. What was
   received is handed in, what is to be sent goes out at once, and nothing calls back. */
#ifndef HOLDLINE_CTLS_H
#define HOLDLINE_CTLS_H

#include <stddef.h>
#include <stdint.h>

/* What all connections share: protocol versions, suites, the keys of session tickets. */
typedef struct hl_tls_context hl_tls_context;
/* A certificate, its chain and its key. */
typedef struct hl_tls_identity hl_tls_identity;
/* One connection's side of TLS. */
typedef struct ssl_st hl_tls;

/* Bytes of the longest text that tells of a failure, its NUL included. */
enum { HL_TLS_REASON = 160 };

/* What the next step works with. */
typedef struct {
    /* Where output goes: a non-blocking socket. */
    int descriptor;
    /* What was received and not yet taken; both move on as it is. */
    const uint8_t *received;
    size_t count;
    /* What the handshake answers with; NULL until it has asked. */
    const hl_tls_identity *identity;
    /* Seconds of a clock that only goes forward, for the keys of tickets. */
    uint64_t now;
    /* More output follows at once. */
    int more;
} hl_tls_wire;

enum {
    /* All that was received is taken, and more is needed: of the handshake, or of the next record. */
    HL_TLS_OPEN,
    /* The handshake wants to know the identity for hl_tls_server_name: call again with it. */
    HL_TLS_WANTS_IDENTITY,
    /* The kernel takes no more output of the handshake: call again once it does. */
    HL_TLS_WANTS_OUTPUT,
    /* The client has said that it sends nothing more. */
    HL_TLS_ENDED,
    HL_TLS_FAILED,
};

/* Seconds that a session can be resumed are `ticket_seconds` at least, twice that at most: keys of tickets are made
   anew as often, and the last but one is kept. NULL if the memory is out. */
hl_tls_context *hl_tls_context_make(uint64_t ticket_seconds);
void hl_tls_context_free(hl_tls_context *context);

/* Reads PEM: certificates, the server's first; one key without a password. NULL with the reason. */
hl_tls_identity *hl_tls_identity_make(const char *certificates, size_t certificates_count, const char *key,
                                      size_t key_count, char reason[HL_TLS_REASON]);
void hl_tls_identity_free(hl_tls_identity *identity);

hl_tls *hl_tls_make(hl_tls_context *context);
void hl_tls_free(hl_tls *tls);

/* Takes what was received and puts what clients have said into `plain`, which has room for it: `capacity` is that of
   what was received and a whole record more. Returns a state from above; `*filled` bytes are there whatever it is. */
int hl_tls_receive(hl_tls *tls, hl_tls_wire *wire, uint8_t *plain, size_t capacity, size_t *filled);
/* Gives back what only the handshake has needed. Once, after it. */
void hl_tls_settle(hl_tls *tls);
/* Returns how many bytes are on their way; what is not comes again, from there on and with nothing before it. */
size_t hl_tls_send(hl_tls *tls, hl_tls_wire *wire, const uint8_t *plain, size_t count);
/* Says that nothing more is sent. Once, and best effort. */
void hl_tls_end(hl_tls *tls, hl_tls_wire *wire);

/* The name that the client asks for (SNI); NULL if it names none. */
const char *hl_tls_server_name(const hl_tls *tls);
int hl_tls_is_established(const hl_tls *tls);
/* Whether an earlier session goes on. */
int hl_tls_is_resumed(hl_tls *tls);
/* Whether part of a record is kept until its rest comes, for which there is room for a whole one. */
int hl_tls_is_halfway(const hl_tls *tls);
/* Why the last step failed. */
void hl_tls_reason(char reason[HL_TLS_REASON]);

#endif
