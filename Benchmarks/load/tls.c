/* TLS under the connections, as a browser speaks it to a server that it has not met before: each has a handshake of its
 * own, and the server's certificate is verified. */
#include "load.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>

/* Browsers' order on machines that have instructions for AES; it decides, as neither server has an order of its own. */
static const char suites[] = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";

static SSL_CTX *context;

static const char *reason(void) {
    const char *words = ERR_reason_error_string(ERR_peek_error());
    return words ? words : "the server closed the connection";
}

void use_tls(const char *authority) {
    context = SSL_CTX_new(TLS_client_method());
    if (!context || SSL_CTX_load_verify_file(context, authority) != 1)
        fail("cannot trust %s: %s", authority, reason());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context, suites);
    SSL_CTX_set1_groups_list(context, "X25519");
    SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x08http/1.1", 9);
    /* Nothing is resumed, and thousands wait: what one needs only now and then is not kept. */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets as to files */
}

struct ssl_st *tls_over(int descriptor) {
    if (!context) return NULL;
    SSL *tls = SSL_new(context);
    if (!tls || SSL_set_fd(tls, descriptor) != 1 || SSL_set1_host(tls, "127.0.0.1") != 1)
        fail("cannot begin TLS: %s", reason());
    SSL_set_connect_state(tls);
    return tls;
}

void tls_end(struct ssl_st *tls) { SSL_free(tls); }

bool tls_is_ready(struct ssl_st *tls) {
    ERR_clear_error();
    int status = SSL_do_handshake(tls);
    if (status == 1) return true;
    int error = SSL_get_error(tls, status);
    if (error != SSL_ERROR_WANT_READ) fail("no TLS: %s", reason());
    return false;
}

ssize_t tls_receive(struct ssl_st *tls, char *to, size_t room) {
    ERR_clear_error();
    int count = SSL_read(tls, to, (int)room);
    if (count > 0) return count;
    if (SSL_get_error(tls, count) != SSL_ERROR_WANT_READ) return 0;
    errno = EAGAIN; /* part of a record, or a session ticket */
    return -1;
}

bool tls_has_more(const struct ssl_st *tls) { return SSL_pending(tls) > 0; }

ssize_t tls_send(struct ssl_st *tls, const char *from, size_t length) {
    ERR_clear_error();
    return SSL_write(tls, from, (int)length);
}
