/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "resolver.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum { names = 16 };

static atomic_int waiting[names];

int resolver_waiting(int number) { return number >= 0 && number < names ? atomic_load(&waiting[number]) : 0; }

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

/* The C library's own is found by shared libraries, libcurl among them, only after the program's. */
int getaddrinfo(
    const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
    struct addrinfo **restrict result
) {
    int number, end = 0;
    if (name && sscanf(name, "silent-%d.invalid%n", &number, &end) == 1 && end && number >= 0 && number < names) {
        atomic_fetch_add(&waiting[number], 1);
        struct timespec rest = { .tv_sec = 120 };
        while (nanosleep(&rest, &rest) == -1 && errno == EINTR) {}
        atomic_fetch_sub(&waiting[number], 1);
        return EAI_AGAIN;
    }
    lookup *next = (lookup *)dlsym(RTLD_NEXT, "getaddrinfo");
    return next ? next(name, service, hints, result) : EAI_FAIL;
}
