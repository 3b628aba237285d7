// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// The interfaces of a VDU in `vim_info`, as they are recorded and as they should be.
struct InterfaceDrafts {
    private enum Element {
        case draft(Draft)
        /// No document: it stays as it is.
        case other(Value)
    }

    private var elements: [Element]
    /// They come from the backup: the record itself has none.
    let isRestored: Bool

    init(_ elements: [BSONElement], isRestored: Bool) {
        self.elements = elements.map { element in
            Fields(element).map { .draft(Draft($0)) } ?? .other((try? element.decoded()) ?? .null)
        }
        self.isRestored = isRestored
    }

    var indices: Range<Int> { elements.indices }

    /// Lets `body` change an interface; `nil` if it is no document.
    mutating func change<Result>(_ index: Int, _ body: (inout Draft) -> Result) -> Result? {
        guard case .draft(var draft) = elements[index] else { return nil }
        // Were it still here, the first change would copy it.
        elements[index] = .other(.null)
        defer { elements[index] = .draft(draft) }
        return body(&draft)
    }

    private subscript(index: Int) -> Draft? {
        if case .draft(let draft) = elements[index] { draft } else { nil }
    }

    var isExact: Bool { !isRestored && indices.allSatisfy { self[$0]?.isExact ?? true } }
    var isEqualInPython: Bool { !isRestored && indices.allSatisfy { self[$0]?.isEqualInPython ?? true } }

    /// As they should be.
    var value: Value {
        .array(
            elements.map { element in
                switch element {
                case .draft(let draft): .object(draft.object)
                case .other(let value): value
                }
            })
    }

    /// Notes what has to be set in the list that they were read from for it to be as they should be.
    func write(to changes: inout ChangeWriter) {
        for (index, element) in elements.enumerated() {
            guard case .draft(let draft) = element, !draft.isExact else { continue }
            changes.within(index) { draft.write(to: &$0) }
        }
    }
}
