// SPDX-License-Identifier: Apache-2.0

#ifndef VIMWATCH_CMONGOC_SHIM_H
#define VIMWATCH_CMONGOC_SHIM_H

#include <malloc.h>
#include <mongoc/mongoc.h>
#include <stdlib.h>
#include <sys/prctl.h>

// A bson_t is aligned to 128 bytes in Debian's build, which Swift does not know: one in a Swift variable is undefined
// behaviour. So documents are bytes in Swift, and every bson_t lives on the stack of a function of this header.

/// A document lent for the time of a call. No bytes stand for a document without members.
typedef struct {
    const uint8_t *data;
    size_t length;
} vw_document;

/// A document that the caller owns and gives back with vw_free.
typedef struct {
    uint8_t *data;
    uint32_t length;
} vw_owned_document;

/// Names the calling thread, in at most 15 bytes. (Swift imports neither this variadic function nor its GNU rival.)
static inline void vw_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// The driver doubles the block in which it gathers a bulk whenever that is full, and all that is in it is copied. So one
/// that goes on growing gets eight times what is asked for, up to the size of a usual bulk: room without use takes no
/// memory.
static inline void *vw_grow(void *block, size_t size) {
    const size_t least = 64 << 10, most = 4 << 20;
    const size_t room = malloc_usable_size(block);
    if (room < least) return realloc(block, size);
    if (size <= room) return block;
    return realloc(block, size < most / 8 ? size * 8 : size < most ? most : size);
}

/// To be called before the driver allocates anything.
static inline void vw_prepare_memory(void) {
    const bson_mem_vtable_t memory = {malloc, calloc, vw_grow, free, aligned_alloc, {NULL}};
    bson_mem_set_vtable(&memory);
}

static inline void vw_free(vw_owned_document document) { bson_free(document.data); }

static inline const char *vw_error_message(const bson_error_t *error) { return error->message; }

/// Makes a bson_t over lent bytes, without a copy.
static inline bool vw_view(bson_t *view, vw_document document, bson_error_t *error) {
    static const uint8_t empty[5] = {5, 0, 0, 0, 0};
    if (document.length == 0) {
        return bson_init_static(view, empty, sizeof empty);
    }
    if (bson_init_static(view, document.data, document.length)) {
        return true;
    }
    bson_set_error(error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "malformed BSON document");
    return false;
}

static inline vw_owned_document vw_take(bson_t *document) {
    vw_owned_document owned;
    owned.data = bson_destroy_with_steal(document, true, &owned.length);
    return owned;
}

/// Runs a command on the primary. The reply is set in every case.
static inline bool vw_command(
    mongoc_client_t *client, const char *database, vw_document command, vw_owned_document *reply, bson_error_t *error) {
    bson_t view, result;
    bool succeeded = false;
    if (vw_view(&view, command, error)) {
        succeeded = mongoc_client_command_with_opts(client, database, &view, NULL, NULL, &result, error);
    } else {
        bson_init(&result);
    }
    *reply = vw_take(&result);
    return succeeded;
}

/// Runs a command that the driver may send a second time after a change of the primary. The reply is set in every case.
static inline bool vw_write_command(
    mongoc_client_t *client, const char *database, vw_document command, vw_owned_document *reply, bson_error_t *error) {
    bson_t view, result;
    bool succeeded = false;
    if (vw_view(&view, command, error)) {
        succeeded = mongoc_client_write_command_with_opts(client, database, &view, NULL, &result, error);
    } else {
        bson_init(&result);
    }
    *reply = vw_take(&result);
    return succeeded;
}

/// Starts a query on the primary, whatever the connection string prefers. NULL and an error if a document is malformed.
static inline mongoc_cursor_t *vw_find(
    mongoc_collection_t *collection, vw_document filter, vw_document options, bson_error_t *error) {
    bson_t filter_view, options_view;
    if (!vw_view(&filter_view, filter, error) || !vw_view(&options_view, options, error)) {
        return NULL;
    }
    mongoc_read_prefs_t *primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY);
    mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, &filter_view, &options_view, primary);
    mongoc_read_prefs_destroy(primary);
    return cursor;
}

/// The next document, valid until the next call with this cursor.
static inline bool vw_cursor_next(mongoc_cursor_t *cursor, vw_document *document) {
    const bson_t *next;
    if (!mongoc_cursor_next(cursor, &next)) {
        return false;
    }
    document->data = bson_get_data(next);
    document->length = next->len;
    return true;
}

/// Whether the cursor failed; the reply of the server, if there is one, is valid as long as the cursor.
static inline bool vw_cursor_failed(mongoc_cursor_t *cursor, vw_document *reply, bson_error_t *error) {
    const bson_t *document = NULL;
    if (!mongoc_cursor_error_document(cursor, error, &document)) {
        return false;
    }
    reply->data = document ? bson_get_data(document) : NULL;
    reply->length = document ? document->len : 0;
    return true;
}

/// Asks the primary what changed in a database, whatever the connection string prefers. NULL and an error if a document is
/// malformed; what the server has against it is told by vw_changes_failed.
static inline mongoc_change_stream_t *vw_changes(
    mongoc_client_t *client, const char *database, vw_document pipeline, vw_document options, bson_error_t *error) {
    bson_t pipeline_view, options_view;
    if (!vw_view(&pipeline_view, pipeline, error) || !vw_view(&options_view, options, error)) {
        return NULL;
    }
    mongoc_database_t *handle = mongoc_client_get_database(client, database);
    mongoc_read_prefs_t *primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY);
    mongoc_database_set_read_prefs(handle, primary);
    mongoc_change_stream_t *stream = mongoc_database_watch(handle, &pipeline_view, &options_view);
    mongoc_read_prefs_destroy(primary);
    mongoc_database_destroy(handle);
    return stream;
}

/// The next change, valid until the next call with this stream; false as well if there is no more yet.
static inline bool vw_changes_next(mongoc_change_stream_t *stream, vw_document *document) {
    const bson_t *next;
    if (!mongoc_change_stream_next(stream, &next)) {
        return false;
    }
    document->data = bson_get_data(next);
    document->length = next->len;
    return true;
}

/// Whether the stream failed; the reply of the server, if there is one, is valid as long as the stream.
static inline bool vw_changes_failed(mongoc_change_stream_t *stream, vw_document *reply, bson_error_t *error) {
    const bson_t *document = NULL;
    if (!mongoc_change_stream_error_document(stream, error, &document)) {
        return false;
    }
    reply->data = document ? bson_get_data(document) : NULL;
    reply->length = document ? document->len : 0;
    return true;
}

/// Behind which change to begin the next time, valid until the next call with this stream. No bytes if it is not known.
static inline vw_document vw_changes_position(mongoc_change_stream_t *stream) {
    const bson_t *token = mongoc_change_stream_get_resume_token(stream);
    vw_document position = {token ? bson_get_data(token) : NULL, token ? token->len : 0};
    return position;
}

/// A bulk with the options of mongoc_collection_create_bulk_operation_with_opts. NULL and an error if they are malformed.
static inline mongoc_bulk_operation_t *vw_bulk_new(
    mongoc_collection_t *collection, vw_document options, bson_error_t *error) {
    bson_t view;
    return vw_view(&view, options, error) ? mongoc_collection_create_bulk_operation_with_opts(collection, &view) : NULL;
}

/// Adds an update of one document to a bulk. The driver does not validate the documents' text again.
static inline bool vw_bulk_update_one(
    mongoc_bulk_operation_t *bulk, vw_document filter, vw_document update, bool upsert, bson_error_t *error) {
    bson_t filter_view, update_view, options;
    if (!vw_view(&filter_view, filter, error) || !vw_view(&update_view, update, error)) {
        return false;
    }
    bson_init(&options);
    bson_append_bool(&options, "validate", -1, false);
    if (upsert) {
        bson_append_bool(&options, "upsert", -1, true);
    }
    bool added = mongoc_bulk_operation_update_one_with_opts(bulk, &filter_view, &update_view, &options, error);
    bson_destroy(&options);
    return added;
}

/// Executes a bulk. False if anything in it failed; the reply is set in every case and says what.
static inline bool vw_bulk_execute(mongoc_bulk_operation_t *bulk, vw_owned_document *reply, bson_error_t *error) {
    bson_t result;
    uint32_t server = mongoc_bulk_operation_execute(bulk, &result, error);
    *reply = vw_take(&result);
    return server != 0;
}

#endif
