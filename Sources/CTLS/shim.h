/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* A macro over a function with variable arguments, neither of which Swift can call. */
static inline EVP_PKEY *ctls_new_key(void) { return EVP_EC_gen("P-256"); }
