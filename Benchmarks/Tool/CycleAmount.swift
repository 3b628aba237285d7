// SPDX-License-Identifier: Apache-2.0

import Values

/// How much was received, read and sent.
struct CycleAmount: Sendable {
    var pages = 0
    var pageBytes = 0
    var documents = 0
    var documentBytes = 0
    var updates = 0
    var updateBytes = 0

    static func + (left: CycleAmount, right: CycleAmount) -> CycleAmount {
        CycleAmount(
            pages: left.pages + right.pages, pageBytes: left.pageBytes + right.pageBytes,
            documents: left.documents + right.documents, documentBytes: left.documentBytes + right.documentBytes,
            updates: left.updates + right.updates, updateBytes: left.updateBytes + right.updateBytes
        )
    }

    mutating func count(document: UnsafeRawBufferPointer) {
        documents += 1
        documentBytes += document.count
    }

    var object: Object {
        [
            "pages": .int(Int64(pages)), "page_bytes": .int(Int64(pageBytes)), "documents": .int(Int64(documents)),
            "document_bytes": .int(Int64(documentBytes)), "updates_sent": .int(Int64(updates)),
            "update_bytes": .int(Int64(updateBytes)),
        ]
    }
}
