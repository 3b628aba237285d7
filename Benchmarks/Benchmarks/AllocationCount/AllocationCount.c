// SPDX-License-Identifier: Apache-2.0

#include "AllocationCount.h"

#include <stdbool.h>
#include <stddef.h>

typedef void *(*allocate_function)(const void *metadata, size_t size, size_t alignment);

/// The runtime allocates objects through this pointer. benchmark's own counter of object allocations replaces it too, but
/// leads retains and releases astray with it: see below.
extern allocate_function _swift_allocObject;

/// The runtime sets it when it finds the pointer replaced, and then passes retains and releases through pointers as well.
/// In Swift 6.3 on Linux that path takes the bits of a short string for an object's address, and crashes.
extern bool _swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly __attribute__((weak));

static allocate_function original;
static int64_t count;

static void *count_and_allocate(const void *metadata, size_t size, size_t alignment) {
    if (&_swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly)
        _swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly = false;
    count += 1;
    return original(metadata, size, alignment);
}

void allocation_count_begin(void) {
    count = 0;
    original = _swift_allocObject;
    _swift_allocObject = count_and_allocate;
}

int64_t allocation_count_end(void) {
    _swift_allocObject = original;
    return count;
}
