#define _GNU_SOURCE
#include "private.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

/* Mozilla's "intermediate" configuration (Server Side TLS), less Diffie-Hellman over finite fields, which lets a client
   burn the server's time for nothing, and which no browser of this century needs beside elliptic curves. */
static const char suites_1_2[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
static const char suites_1_3[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
static const char groups[] = "X25519:prime256v1:secp384r1";

/* ---- The socket, as OpenSSL sees it: what was received, and an exit. */

static int wire_read(BIO *bio, char *to, int count) {
    hl_tls_wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (wire->count == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t taken = wire->count < (size_t)count ? wire->count : (size_t)count;
    memcpy(to, wire->received, taken);
    wire->received += taken;
    wire->count -= taken;
    return (int)taken;
}

static int wire_write(BIO *bio, const char *from, int count) {
    hl_tls_wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = send(wire->descriptor, from, (size_t)count, MSG_NOSIGNAL | (wire->more ? MSG_MORE : 0));
    /* A reset is noticed by the next read; until then its output is as good as waiting. */
    if (sent < 0) BIO_set_retry_write(bio);
    return (int)sent;
}

static long wire_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

/* One for all connections, since one is at work at a time; `hl_tls_enter` tells it whose bytes it has. */
static BIO *wire_make(BIO_METHOD **method) {
    *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
    if (*method == NULL) return NULL;
    BIO_meth_set_read(*method, wire_read);
    BIO_meth_set_write(*method, wire_write);
    BIO_meth_set_ctrl(*method, wire_control);
    BIO *bio = BIO_new(*method);
    if (bio != NULL) BIO_set_init(bio, 1);
    return bio;
}

void hl_tls_enter(SSL *tls, hl_tls_wire *wire) {
    hl_tls_context *context = SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls));
    BIO_set_data(context->wire, wire);
    ERR_clear_error();
}

/* ---- What a handshake asks for. */

static int choose_protocol(SSL *tls, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
                           unsigned int count, void *unused) {
    (void)tls;
    (void)unused;
    static const unsigned char known[] = "\x08http/1.1";
    if (SSL_select_next_proto((unsigned char **)chosen, length, known, sizeof known - 1, offered, count)
        == OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_OK;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int choose_identity(SSL *tls, void *context) {
    hl_tls_wire *wire = BIO_get_data(((hl_tls_context *)context)->wire);
    const hl_tls_identity *identity = wire->identity;
    if (identity == NULL) return -1;
    return SSL_use_cert_and_key(tls, identity->certificate, identity->key, identity->chain, 1);
}

/* ---- Session tickets: all that the server would have to remember, sealed, at the client's. */

static int ticket_key_make(ticket_key *key, uint64_t now) {
    key->made = now;
    return RAND_bytes(key->name, sizeof key->name) == 1 && RAND_priv_bytes(key->cipher, sizeof key->cipher) == 1
           && RAND_priv_bytes(key->mac, sizeof key->mac) == 1;
}

static int ticket_begin(const ticket_key *key, const unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac,
                        int seals) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key->mac, sizeof key->mac),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key->cipher, iv, seals) == 1
           && EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

/* The form is OpenSSL's (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)). A ticket of an unknown key is passed over: a whole
   handshake follows. */
static int ticket_callback(SSL *tls, unsigned char name[16], unsigned char iv[EVP_MAX_IV_LENGTH], EVP_CIPHER_CTX *cipher,
                           EVP_MAC_CTX *mac, int seals) {
    hl_tls_context *context = SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls));
    hl_tls_wire *wire = BIO_get_data(context->wire);
    ticket_key *keys = context->tickets;
    if (!seals) {
        for (int i = 0; i < 2; i++) {
            if (keys[i].made == 0 || wire->now - keys[i].made >= 2 * context->ticket_seconds) continue;
            if (memcmp(keys[i].name, name, sizeof keys[i].name) == 0)
                return ticket_begin(&keys[i], iv, cipher, mac, 0) ? 1 + i : -1;
        }
        return 0;
    }
    if (keys[0].made == 0 || wire->now - keys[0].made >= context->ticket_seconds) {
        keys[1] = keys[0];
        if (!ticket_key_make(&keys[0], wire->now)) return -1;
    }
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
    memcpy(name, keys[0].name, sizeof keys[0].name);
    return ticket_begin(&keys[0], iv, cipher, mac, 1) ? 1 : -1;
}

/* ---- The context. */

static int configure(hl_tls_context *context) {
    SSL_CTX *ctx = context->ctx;
    SSL_CTX_set_app_data(ctx, context);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    /* Clients mostly wait for an answer: buffers of 16 kB each are given back meanwhile. */
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(ctx, (long)context->ticket_seconds);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, ticket_callback);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    SSL_CTX_set_cert_cb(ctx, choose_identity, context);
    static const unsigned char name[] = "holdline";
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 && SSL_CTX_set_cipher_list(ctx, suites_1_2) == 1
           && SSL_CTX_set_ciphersuites(ctx, suites_1_3) == 1 && SSL_CTX_set1_groups_list(ctx, groups) == 1
           && SSL_CTX_set_session_id_context(ctx, name, sizeof name - 1) == 1;
}

hl_tls_context *hl_tls_context_make(uint64_t ticket_seconds) {
    hl_tls_context *context = calloc(1, sizeof *context);
    if (context == NULL) return NULL;
    context->ticket_seconds = ticket_seconds;
    context->wire = wire_make(&context->method);
    context->ctx = SSL_CTX_new(TLS_server_method());
    if (context->wire != NULL && context->ctx != NULL && configure(context)) return context;
    hl_tls_context_free(context);
    return NULL;
}

void hl_tls_context_free(hl_tls_context *context) {
    if (context == NULL) return;
    SSL_CTX_free(context->ctx);
    BIO_free(context->wire);
    BIO_meth_free(context->method);
    OPENSSL_cleanse(context->tickets, sizeof context->tickets);
    free(context);
}
