// SPDX-License-Identifier: Apache-2.0

import JSON
import NIOCore
import Values

/// Writes a page of a listing around the bytes of its objects.
enum PageText {
    /// `{"<name>": [objects], "<name>_links": [links]}`, the links only if there are any.
    static func render(
        _ name: String, _ items: ArraySlice<CloudItem>, repeating repeated: Int = 0,
        links: [(rel: String, href: String)]
    ) -> ByteBuffer {
        let items = items + items.prefix(repeated)
        var page = ByteBuffer()
        page.reserveCapacity(items.reduce(512) { $0 + $1.bytes.count + 2 })
        page.writeString("{\"\(name)\": [")
        for (position, item) in items.enumerated() {
            if position > 0 { page.writeString(", ") }
            page.writeBytes(item.bytes)
        }
        page.writeString("]")
        if !links.isEmpty {
            let list = Value.array(links.map { ["rel": .string($0.rel), "href": .string($0.href)] })
            page.writeString(", \"\(name)_links\": ")
            page.writeBytes(JSON.serialize(list))
        }
        page.writeString("}")
        return page
    }
}
