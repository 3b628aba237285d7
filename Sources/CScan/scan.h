// SPDX-License-Identifier: Apache-2.0

#ifndef VIMWATCH_SCAN_H
#define VIMWATCH_SCAN_H

#include <stdint.h>

/// Where in 64 bytes of JSON certain bytes are: a bit for each, that of the first in the lowest.
struct vw_marks {
    uint64_t quotes;
    uint64_t backslashes;
    /// Brackets and braces, and a few bytes that look like them: `Y _ y` and delete.
    uint64_t brackets;
};

/// Swift has no way to ask a processor for one bit of each byte.
#if defined(__SSE2__)
#include <emmintrin.h>

static inline uint64_t vw_equal(const __m128i block[4], char byte) {
    const __m128i all = _mm_set1_epi8(byte);
    uint64_t bits = 0;
    for (int part = 0; part < 4; part++) {
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block[part], all)) << (16 * part);
    }
    return bits;
}

static inline struct vw_marks vw_mark(const void *bytes) {
    const __m128i bracket_bits = _mm_set1_epi8((char)0xD9);
    __m128i block[4], masked[4];
    for (int part = 0; part < 4; part++) {
        block[part] = _mm_loadu_si128((const __m128i *)bytes + part);
        masked[part] = _mm_and_si128(block[part], bracket_bits);
    }
    return (struct vw_marks){vw_equal(block, '"'), vw_equal(block, '\\'), vw_equal(masked, 0x59)};
}

/// Which of 16 bytes a JSON string does not simply go on with: quotes, backslashes, control characters, and bytes beyond
/// ASCII, which as signed numbers are less than all others.
static inline uint32_t vw_unplain(const void *bytes) {
    const __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(ends, _mm_cmplt_epi8(block, _mm_set1_epi8(0x20))));
}

#else

static inline struct vw_marks vw_mark(const void *bytes) {
    struct vw_marks marks = {0, 0, 0};
    for (int index = 0; index < 64; index++) {
        const uint8_t byte = ((const uint8_t *)bytes)[index];
        marks.quotes |= (uint64_t)(byte == '"') << index;
        marks.backslashes |= (uint64_t)(byte == '\\') << index;
        marks.brackets |= (uint64_t)((byte & 0xD9) == 0x59) << index;
    }
    return marks;
}

static inline uint32_t vw_unplain(const void *bytes) {
    uint32_t bits = 0;
    for (int index = 0; index < 16; index++) {
        const uint8_t byte = ((const uint8_t *)bytes)[index];
        bits |= (uint32_t)(byte == '"' || byte == '\\' || byte < 0x20 || byte >= 0x80) << index;
    }
    return bits;
}

#endif

#endif
