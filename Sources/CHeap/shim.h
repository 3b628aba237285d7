/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Not part of Swift's Glibc. */
#include <malloc.h>
