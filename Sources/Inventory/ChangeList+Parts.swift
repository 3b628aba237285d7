// SPDX-License-Identifier: Apache-2.0

import BSON

extension ChangeList {
    /// A value as BSON has it, or a path.
    struct Part: BitwiseCopyable {
        /// See `BSONType`.
        let type: UInt8
        /// Where it is lent; `nil` if it is among the list's own bytes.
        let lent: UnsafeRawPointer?
        /// Among the own bytes.
        let start: Int
        let count: Int
        /// Where it was put by whom it was lent to, if there it is as it is here.
        var put: Int?

        init(own range: Range<Int>, type: UInt8 = 0) {
            (self.type, lent, start, count) = (type, nil, range.lowerBound, range.count)
        }

        init(_ element: BSONElement) {
            (type, lent, start, count) = (element.type, element.value.baseAddress, 0, element.value.count)
        }
    }

    /// What `LentChange` lends.
    struct Change: BitwiseCopyable {
        var path: Part
        let isAddressable: Bool
        var old: Part?
        var new: Part
        let common: Int?
        let isOfCopy: Bool
        /// What is kept that says of the same field what was read.
        let sameAs: Int?
    }

    /// What `LentGuard` lends of what is kept.
    struct Kept: BitwiseCopyable {
        var path: Part
        let isAddressable: Bool
        let isUnchanged: Bool
        var value: Part?
    }

    /// Where parts of a change or a guard were put.
    package struct Put {
        let path: Int
        let value: Int

        package init(path: Int, value: Int) { (self.path, self.value) = (path, value) }
    }
}
