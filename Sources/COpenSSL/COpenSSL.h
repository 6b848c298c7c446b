/* OpenSSL 3.0 and later. What is a macro there, and so unseen by Swift, is a function `hl_…` here. */
#ifndef HOLDLINE_COPENSSL_H
#define HOLDLINE_COPENSSL_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* A new key on the curve of this name; NULL if it cannot be made. */
static inline EVP_PKEY *hl_new_ec_key(const char *curve) { return EVP_EC_gen(curve); }

/* The bytes that a memory BIO holds. They are the BIO's. */
static inline long hl_bio_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

/* Frees what OpenSSL has allocated for the caller. */
static inline void hl_free(void *memory) { OPENSSL_free(memory); }

#endif
