// SPDX-License-Identifier: Apache-2.0

#ifndef VIMWATCH_SCAN_H
#define VIMWATCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/// Which of 16 bytes are neither letters, digits nor one of `-./`.
static inline uint32_t vw_unwordly_block(__m128i block) {
    // Moved so that what is wanted is at the lower end of what signed numbers there are.
    const __m128i letters = _mm_add_epi8(_mm_or_si128(block, _mm_set1_epi8(0x20)), _mm_set1_epi8((char)(0x80 - 'a')));
    const __m128i digits = _mm_add_epi8(block, _mm_set1_epi8((char)(0x80 - '-')));
    const __m128i wanted = _mm_or_si128(
        _mm_cmplt_epi8(letters, _mm_set1_epi8((char)(0x80 + 26))),
        _mm_cmplt_epi8(digits, _mm_set1_epi8((char)(0x80 + '9' - '-' + 1))));
    return ~(uint32_t)_mm_movemask_epi8(wanted) & 0xFFFF;
}

/// Whether a text of at least 8 bytes has nothing but letters, digits and `-./`.
static inline bool vw_is_wordly(const void *bytes, size_t count) {
    const char *text = bytes;
    if (count < 16) {
        const __m128i start = _mm_loadl_epi64((const __m128i *)text);
        const __m128i end = _mm_loadl_epi64((const __m128i *)(text + count - 8));
        return vw_unwordly_block(_mm_unpacklo_epi64(start, end)) == 0;
    }
    for (size_t index = 0; index + 16 < count; index += 16) {
        if (vw_unwordly_block(_mm_loadu_si128((const __m128i *)(text + index))) != 0) return false;
    }
    return vw_unwordly_block(_mm_loadu_si128((const __m128i *)(text + count - 16))) == 0;
}

/// Whether a text of at least 16 bytes has control characters of ASCII.
static inline bool vw_has_control(const void *bytes, size_t count) {
    const char *text = bytes;
    __m128i found = _mm_setzero_si128();
    for (size_t index = 0; index < count; index += 16) {
        const __m128i block = _mm_loadu_si128((const __m128i *)(text + (index + 16 < count ? index : count - 16)));
        // As unsigned numbers: what is no larger than 0x1F.
        const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
        found = _mm_or_si128(found, _mm_or_si128(low, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F))));
    }
    return _mm_movemask_epi8(found) != 0;
}

/// Which of 16 bytes are those of another 16.
static inline uint32_t vw_same(const void *bytes, const void *others) {
    const __m128i block = _mm_loadu_si128((const __m128i *)bytes);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_loadu_si128((const __m128i *)others)));
}

/// Whether two texts have the same first bytes, of which there are some. Of fewer than 16, 16 have to be
/// readable.
static inline bool vw_begins(const void *bytes, const void *others, size_t count) {
    if (count <= 16) return (~vw_same(bytes, others) & (0xFFFFu >> (16 - count))) == 0;
    for (size_t index = 0; index + 16 < count; index += 16) {
        if (vw_same((const char *)bytes + index, (const char *)others + index) != 0xFFFF) return false;
    }
    return vw_same((const char *)bytes + count - 16, (const char *)others + count - 16) == 0xFFFF;
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

static inline bool vw_is_wordly(const void *bytes, size_t count) {
    for (size_t index = 0; index < count; index++) {
        const uint8_t byte = ((const uint8_t *)bytes)[index], letter = byte | 0x20;
        if (!(letter >= 'a' && letter <= 'z') && !(byte >= '-' && byte <= '9')) return false;
    }
    return true;
}

static inline bool vw_has_control(const void *bytes, size_t count) {
    for (size_t index = 0; index < count; index++) {
        const uint8_t byte = ((const uint8_t *)bytes)[index];
        if (byte < 0x20 || byte == 0x7F) return true;
    }
    return false;
}

static inline bool vw_begins(const void *bytes, const void *others, size_t count) {
    return memcmp(bytes, others, count) == 0;
}

#endif

#endif
