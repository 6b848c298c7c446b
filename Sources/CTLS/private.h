#ifndef HOLDLINE_CTLS_PRIVATE_H
#define HOLDLINE_CTLS_PRIVATE_H

#include "CTLS.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>

/* What seals session tickets. `made`: when, in seconds; 0: not yet. */
typedef struct {
    uint64_t made;
    unsigned char name[16], cipher[32], mac[32];
} ticket_key;

struct hl_tls_context {
    SSL_CTX *ctx;
    BIO_METHOD *method;
    BIO *wire;
    uint64_t ticket_seconds;
    /* The one that seals, and the one before it. */
    ticket_key tickets[2];
};

struct hl_tls_identity {
    X509 *certificate;
    EVP_PKEY *key;
    STACK_OF(X509) *chain;
};

/* From here to the next call, `wire` is what OpenSSL reads from and writes to. */
void hl_tls_enter(SSL *tls, hl_tls_wire *wire);

#endif
