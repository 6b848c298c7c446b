#include "private.h"

#include <stdio.h>

hl_tls *hl_tls_make(hl_tls_context *context) {
    SSL *tls = SSL_new(context->ctx);
    if (tls == NULL) return NULL;
    SSL_set_accept_state(tls);
    BIO_up_ref(context->wire);
    SSL_set_bio(tls, context->wire, context->wire);
    return tls;
}

void hl_tls_free(hl_tls *tls) { SSL_free(tls); }

int hl_tls_receive(hl_tls *tls, hl_tls_wire *wire, uint8_t *plain, size_t capacity, size_t *filled) {
    *filled = 0;
    hl_tls_enter(tls, wire);
    while (*filled < capacity) {
        size_t count = 0;
        int status = SSL_read_ex(tls, plain + *filled, capacity - *filled, &count);
        if (status == 1) {
            *filled += count;
            /* To ask once more, in vain, would set up OpenSSL's buffer and release it again. */
            if (wire->count == 0 && !SSL_has_pending(tls)) return HL_TLS_OPEN;
            continue;
        }
        switch (SSL_get_error(tls, status)) {
        case SSL_ERROR_WANT_READ: return HL_TLS_OPEN;
        case SSL_ERROR_WANT_WRITE: return HL_TLS_WANTS_OUTPUT;
        case SSL_ERROR_WANT_X509_LOOKUP: return HL_TLS_WANTS_IDENTITY;
        case SSL_ERROR_ZERO_RETURN: return HL_TLS_ENDED;
        default: return HL_TLS_FAILED;
        }
    }
    return HL_TLS_OPEN;
}

/* OpenSSL would keep both sides' keys of the exchange, ours with its secret, as long as the connection: 0.4 kB. The keys
   are its own, so what it keeps is made empty. */
static void forget(EVP_PKEY *key) {
    ERR_set_mark();
    EVP_PKEY_set_type(key, EVP_PKEY_X25519);
    ERR_pop_to_mark();
    EVP_PKEY_free(key);
}

void hl_tls_settle(hl_tls *tls) {
    EVP_PKEY *key = NULL;
    if (SSL_get_tmp_key(tls, &key) == 1) forget(key);
    if (SSL_get_peer_tmp_key(tls, &key) == 1) forget(key);
}

size_t hl_tls_send(hl_tls *tls, hl_tls_wire *wire, const uint8_t *plain, size_t count) {
    hl_tls_enter(tls, wire);
    /* Each call sends one record at most. */
    int more = wire->more;
    size_t sent = 0;
    while (sent < count) {
        size_t taken = 0;
        wire->more = more || count - sent > SSL3_RT_MAX_PLAIN_LENGTH;
        if (SSL_write_ex(tls, plain + sent, count - sent, &taken) != 1) break;
        sent += taken;
    }
    return sent;
}

void hl_tls_end(hl_tls *tls, hl_tls_wire *wire) {
    hl_tls_enter(tls, wire);
    if (SSL_is_init_finished(tls)) SSL_shutdown(tls);
}

const char *hl_tls_server_name(const hl_tls *tls) { return SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name); }

int hl_tls_is_established(const hl_tls *tls) { return SSL_is_init_finished(tls); }

int hl_tls_is_resumed(hl_tls *tls) { return SSL_session_reused(tls); }

int hl_tls_is_halfway(const hl_tls *tls) { return SSL_has_pending(tls); }

void hl_tls_reason(char reason[HL_TLS_REASON]) {
    unsigned long error = ERR_peek_error();
    const char *words = ERR_reason_error_string(error);
    snprintf(reason, HL_TLS_REASON, "%s", words != NULL ? words : "the connection broke off");
}
