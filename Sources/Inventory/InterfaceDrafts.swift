// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// A list of interfaces as they are recorded and as they should be: that of a VDU in `vim_info`, or its own.
struct InterfaceDrafts {
    private var drafts: [Draft]
    /// What is no document, by index: it stays as it is, and its draft is empty.
    private var others: [Int: Value] = [:]
    /// They come from the backup: the record itself has none.
    let isRestored: Bool

    /// None.
    init() { (drafts, isRestored) = ([], false) }

    /// Those in a field; `nil` if it is missing or no list.
    init?(_ key: StaticString, of parent: Fields, isRestored: Bool = false) {
        var (drafts, others) = ([Draft](), [Int: Value]())
        self.isRestored = isRestored
        let isThere = parent.forEachElement(of: key) { element in
            if drafts.isEmpty { drafts.reserveCapacity(4) }
            if let fields = parent.fields(in: element) {
                drafts.append(Draft(fields))
            } else {
                others[drafts.count] = (try? element.decoded()) ?? .null
                drafts.append(Draft(parent.empty))
            }
        }
        guard isThere else { return nil }
        (self.drafts, self.others) = (drafts, others)
    }

    var indices: Range<Int> { drafts.indices }

    /// Lets `body` change an interface; `nil` if there is none, or it is no document.
    mutating func change<Result>(_ index: Int, _ body: (inout Draft) -> Result) -> Result? {
        guard drafts.indices.contains(index), others.isEmpty || others[index] == nil else { return nil }
        return body(&drafts[index])
    }

    var isExact: Bool { !isRestored && drafts.allSatisfy(\.isExact) }
    var isEqualInPython: Bool { !isRestored && drafts.allSatisfy(\.isEqualInPython) }

    /// As they should be.
    var value: Value { .array(drafts.indices.map { others[$0] ?? .object(drafts[$0].object) }) }

    /// Notes what has to be set in the list that they were read from for it to be as they should be.
    func write(to changes: inout ChangeWriter) {
        let drafts = drafts.span
        for index in drafts.indices where !drafts[index].isExact {
            changes.within(index) { drafts[index].write(to: &$0) }
        }
    }
}
