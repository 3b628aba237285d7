// SPDX-License-Identifier: Apache-2.0

#include <stdint.h>

/// Counts the objects that Swift allocates from now on, until `allocation_count_end`. For one thread: while it counts no
/// other may use the runtime.
void allocation_count_begin(void);

/// How many there were.
int64_t allocation_count_end(void);
