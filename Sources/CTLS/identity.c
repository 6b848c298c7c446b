#include "private.h"

#include <openssl/pem.h>
#include <stdio.h>

/* A key with a password is no key here: nobody is there to be asked for it. */
static int no_password(char *to, int size, int is_writing, void *unused) {
    (void)to;
    (void)size;
    (void)is_writing;
    (void)unused;
    return -1;
}

static int read_certificates(BIO *from, hl_tls_identity *identity) {
    identity->certificate = PEM_read_bio_X509(from, NULL, no_password, NULL);
    if (identity->certificate == NULL) return 0;
    identity->chain = sk_X509_new_null();
    X509 *next;
    while (identity->chain != NULL && (next = PEM_read_bio_X509(from, NULL, no_password, NULL)) != NULL) {
        if (sk_X509_push(identity->chain, next) == 0) {
            X509_free(next);
            return 0;
        }
    }
    /* That no further one was found is how it ends. */
    ERR_clear_error();
    return identity->chain != NULL;
}

hl_tls_identity *hl_tls_identity_make(const char *certificates, size_t certificates_count, const char *key,
                                      size_t key_count, char reason[HL_TLS_REASON]) {
    ERR_clear_error();
    hl_tls_identity *identity = calloc(1, sizeof *identity);
    BIO *from_certificates = BIO_new_mem_buf(certificates, (int)certificates_count);
    BIO *from_key = BIO_new_mem_buf(key, (int)key_count);
    int is_whole = identity != NULL && from_certificates != NULL && from_key != NULL
                   && read_certificates(from_certificates, identity)
                   && (identity->key = PEM_read_bio_PrivateKey(from_key, NULL, no_password, NULL)) != NULL
                   && X509_check_private_key(identity->certificate, identity->key) == 1;
    BIO_free(from_certificates);
    BIO_free(from_key);
    if (is_whole) return identity;
    hl_tls_reason(reason);
    hl_tls_identity_free(identity);
    return NULL;
}

void hl_tls_identity_free(hl_tls_identity *identity) {
    if (identity == NULL) return;
    X509_free(identity->certificate);
    EVP_PKEY_free(identity->key);
    sk_X509_pop_free(identity->chain, X509_free);
    free(identity);
}
